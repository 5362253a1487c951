"""Small Go and Rust programs that print what they can read of the machine: compiled before a test, without any package from elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

GO = r"""package main

import ("encoding/json"; "os"; "os/user"; "strings"; "time")

func text(path string) string { data, _ := os.ReadFile(path); return strings.TrimSpace(string(data)) }

func main() {
	link, _ := os.Readlink("/etc/localtime")
	_, offset := time.Now().Zone()
	host, _ := os.Hostname()
	home, _ := os.UserHomeDir()
	cwd, _ := os.Getwd()
	found := map[string]any{"link": link, "zone": text("/etc/timezone"), "variable": os.Getenv("TZ"), "offset": offset, "host": host, "home": home,
		"cwd": cwd, "id": text("/etc/machine-id"), "locale": os.Getenv("LC_ALL") + os.Getenv("LANG"), "env": os.Getenv("CANARY_TOKEN")}
	if one, err := user.Current(); err == nil { found["user"] = one.Username; found["name"] = one.Name }
	json.NewEncoder(os.Stdout).Encode(found)
}
"""
RUST = r"""use std::{env, ffi::CStr, fs, os::raw::{c_char, c_int, c_long}};

#[repr(C)]
struct Tm { sec: c_int, min: c_int, hour: c_int, mday: c_int, mon: c_int, year: c_int, wday: c_int, yday: c_int, isdst: c_int, off: c_long, zone: *const c_char }
#[repr(C)]
struct Passwd { name: *const c_char, password: *const c_char, uid: u32, gid: u32, gecos: *const c_char, dir: *const c_char, shell: *const c_char }
extern "C" {
    fn gethostname(name: *mut c_char, len: usize) -> c_int;
    fn getuid() -> u32;
    fn getpwuid(uid: u32) -> *const Passwd;
    fn time(out: *mut c_long) -> c_long;
    fn localtime_r(at: *const c_long, out: *mut Tm) -> *mut Tm;
}

fn text(path: &str) -> String { fs::read_to_string(path).unwrap_or_default().trim().to_string() }
fn var(name: &str) -> String { env::var(name).unwrap_or_default() }

fn main() {
    let mut host = vec![0 as c_char; 256];
    let (host, user, offset) = unsafe {
        gethostname(host.as_mut_ptr(), 256);
        let entry = getpwuid(getuid());
        let user = if entry.is_null() { String::new() } else { CStr::from_ptr((*entry).name).to_string_lossy().into_owned() };
        let now = time(std::ptr::null_mut());
        let mut tm: Tm = std::mem::zeroed();
        localtime_r(&now, &mut tm);
        (CStr::from_ptr(host.as_ptr()).to_string_lossy().into_owned(), user, tm.off)
    };
    let link = fs::read_link("/etc/localtime").map(|p| p.display().to_string()).unwrap_or_default();
    let cwd = env::current_dir().map(|p| p.display().to_string()).unwrap_or_default();
    let locale = var("LC_ALL") + &var("LANG");
    println!("{{\"link\":{:?},\"zone\":{:?},\"variable\":{:?},\"offset\":{},\"host\":{:?},\"user\":{:?},\"home\":{:?},\"cwd\":{:?},\"id\":{:?},\"locale\":{:?},\"env\":{:?}}}",
        link, text("/etc/timezone"), var("TZ"), offset, host, user, var("HOME"), cwd, text("/etc/machine-id"), locale, var("CANARY_TOKEN"));
}
"""
LIMIT_S = 300


@cache
def built(language: str) -> Path | str:
    """Return the compiled program, or a sentence on why there is none."""
    name = {"go": "go", "rust": "rustc"}[language]
    compilers = [found for part in os.get_exec_path() if (found := shutil.which(name, path=part))]
    tries = [_build(language, compiler) for compiler in compilers]  # the first one may be a launcher that lacks its home here
    return next((made for made in tries if isinstance(made, Path)), tries[-1] if tries else f"there is no compiler for {language} here")


def _build(language: str, compiler: str) -> Path | str:
    folder = Path(mkdtemp(prefix=f"telltale-{language}-"))
    source = folder / {"go": "reads.go", "rust": "reads.rs"}[language]
    source.write_text({"go": GO, "rust": RUST}[language])
    program = folder / f"reads-{language}"
    words = ["build", "-o", str(program), str(source)] if language == "go" else ["-O", "-o", str(program), str(source)]
    # without cgo a Go program reads the account and the zone by itself, which is how tools written in Go are shipped
    environment = {**os.environ, "CGO_ENABLED": "0", "GOCACHE": str(folder / "cache"), "GOFLAGS": "-mod=mod", "GO111MODULE": "off"}
    try:
        done = subprocess.run([compiler, *words], env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the {language} compiler did not finish ({type(error).__name__})"
    return program if done.returncode == 0 else f"the {language} compiler refused: {done.stderr[-300:]}"
