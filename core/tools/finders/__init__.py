"""The finders of installed AI tools, one module per family of places; the catalogue's rules say what each looks for."""
