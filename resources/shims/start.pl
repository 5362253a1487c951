# Telltale: starts a tool in its sandbox from a kept start (core/toggles/kept_start.py), in a few milliseconds.
# Whatever differs from when the start was kept, is odd or is missing: the long way (Python) decides. Used by shims only.
use strict;

my ($folder, $tool, $real, $python, $long_way, @arguments) = @ARGV;
delete $ENV{PERL_BADLANG};    # set by the shim, so that a missing locale is not complained about
$^F = 1 << 16;                # descriptors opened here stay open in what is started

my @held;                     # handles that must not be closed before the start

sub the_long_way {
    $SIG{PIPE} = 'DEFAULT' if defined $SIG{PIPE};
    exec {$python} $python, '-I', '-S', $long_way, 'fresh', $tool, $real, @arguments;
    print STDERR "telltale: Telltale cannot be started, so the tool starts plainly and nothing is hidden.\n";
    exec {$real} $real, @arguments;
    exit 126;
}

# --- reading the kept start ---

my $cwd = readlink '/proc/self/cwd';
defined $cwd or the_long_way();
my $sum = 5381;
$sum = ($sum * 33 ^ $_) & 0xffffffff for unpack 'C*', "$real\0$cwd";

my $in;
my $path = sprintf '%s/%08x', $folder, $sum;
open $in, '<', $path and -O $in or the_long_way();
my $size = -s $in;
defined sysread $in, my ($content), $size or the_long_way();
close $in;
length $content == $size && substr($content, -3) eq 'end' or the_long_way();
my @items = unpack '(N/a*)*', $content;

sub next_list { return splice @items, 0, ($_[0] || 1) * shift @items }

shift @items eq 'telltale start 1' && shift @items eq $real && shift @items eq $cwd or the_long_way();
shift @items == $< && shift @items == $> or the_long_way();

# --- is everything as it was? ---

sub state_of {
    return @_ ? "$_[0]:$_[1]:$_[10]:$_[7]" : '-';
}

sub content_of {
    open my $file, '<', $_[0] or return '';
    sysread $file, my ($text), 1 << 20;
    return $text;
}

my %passed_over = map { $_ => 1 } next_list();

sub entries {    # of a project's folder: listed again only if it changed; says what stands in the kept start if nothing counts
    my ($folder, $before) = @_;
    my ($state, $deeper, $counted) = $before =~ /\A(\S+) ([01])\n(.*)\z/s or return;
    return $before if state_of(lstat $folder) eq $state;
    opendir my $listing, $folder or return;
    my @found;
    for my $name (readdir $listing) {
        next if $name eq '.' || $name eq '..' || $passed_over{$name} || -l "$folder/$name";
        my $is_secret = $name =~ /\A\.env(?:rc)?\z/ || $name =~ /\A\.env\./ && $name !~ /\.(?:example|sample|template)\z/;
        push @found, "d$name" if -d _ && $deeper;
        push @found, "f$name" if -f _ && $is_secret;
    }
    return join("\0", sort @found) eq $counted ? $before : undef;
}

my %answer = (
    t => sub { stat $_[0] ? -d _ ? 'd' : -f _ ? 'f' : 'o' : '' },
    l => sub { readlink $_[0] },
    x => sub { -X $_[0] ? '1' : '' },
    w => sub { -W $_[0] ? '1' : '' },
    s => sub { state_of(lstat $_[0]) . (-l _ ? ' ' . state_of(stat $_[0]) : '') },
    c => sub { content_of($_[0]) },
    e => \&entries,
);
my @watched = next_list(3);
while (my ($question, $asked, $before) = splice @watched, 0, 3) {
    ($answer{$question}->($asked, $before) // '') eq $before or the_long_way();
}
my %same = next_list(2);
for (keys %same) {
    (exists $ENV{$_} ? "=$ENV{$_}" : '') eq $same{$_} or the_long_way();
}
my $home = $ENV{HOME};
my @words = next_list();
my %owned = next_list(2);
for my $name (keys %ENV) {
    my $value = $ENV{$name};
    next unless index($value, "$home/") == 0 && grep { index($name, $_) == 0 } @words;
    (delete $owned{$name} // '') eq $value or the_long_way();
}
the_long_way() if %owned;

# --- the environment inside ---

sub any_of {
    my @patterns = map { my $glob = quotemeta; $glob =~ s/\\\*/.*/g; $glob =~ s/\\\?/./g; $glob } @_;
    return @patterns ? do { my $all = join '|', @patterns; qr/\A(?:$all)\z/s } : undef;
}

my ($kept, $left_out) = (any_of(next_list()), any_of(next_list()));
my %dropped = map { $_ => 1 } next_list();
my @fixed = next_list(2);
my @renamed = next_list(2);
my $word = 'A-Za-z0-9_.\x80-\xff-';
my %inside;
while (my ($name, $value) = each %ENV) {
    next if $dropped{$name} || $kept && $name !~ $kept || $left_out && $name =~ $left_out;
    for (my $i = 0; $i < @renamed; $i += 2) {
        my ($from, $to) = @renamed[$i, $i + 1];
        $value =~ s{(?<![$word/~])\Q$from\E(?![$word])}{$to}g if index($value, $from) >= 0;
    }
    $inside{$name} = $value;
}
while (my ($name, $value) = splice @fixed, 0, 2) {
    $value =~ s/\A=// ? ($inside{$name} = $value) : delete $inside{$name};
}

# --- descriptors ---

my @notes = next_list();
my ($sandbox, $memory_file, $new_session, $filter, $layers) = splice @items, 0, 5;
my @starter = next_list();
my $program = shift @items;
my @parts = next_list();
my $has_terminal = -t STDIN && -t STDOUT;
my ($GET_GROUP, $SET_GROUP, $GET_SETTINGS, $SET_SETTINGS) = (0x540f, 0x5410, 0x5401, 0x5403);
my $settings = "\0" x 256;    # of the terminal

sub foreground {
    my $group = pack 'i', 0;
    return ioctl(STDIN, $GET_GROUP, $group) && unpack('i', $group) == getpgrp;
}

sub at_number {    # the same descriptor under one number
    my ($handle, $number) = @_;
    my @between;
    while (open my $copy, '>&', $handle) {
        return $copy if fileno $copy == $number;
        last if fileno $copy > $number;
        push @between, $copy;
    }
    the_long_way();
}

sub opened {
    open my $file, '<', $_[0] or the_long_way();
    push @held, $file;
    return fileno $file;
}

sub in_memory {
    my ($text, $name) = ($_[0], 'telltale');
    my $number = syscall $memory_file + 0, $name, 0;
    $number >= 0 && open my $file, '+<&=', $number or the_long_way();
    push @held, $file;
    for (my $done = 0; $done < length $text;) {
        my $more = syswrite $file, $text, length($text) - $done, $done;
        $more or the_long_way();
        $done += $more;
    }
    sysseek $file, 0, 0;
    return $number;
}

my ($said, $says, $waits, $goes_on, $told, $tells);
if ($has_terminal) {
    foreground() && ioctl STDIN, $GET_SETTINGS, $settings or the_long_way();
    pipe $waits, $goes_on or the_long_way();
    push @held, at_number($waits, 8);
    close $waits;
    pipe $told, $tells or the_long_way();
    push @held, at_number($tells, 9);
    close $tells;
}
pipe $said, $says or the_long_way();
push @held, $says;
my %given = (a => sub { $_[0] }, d => \&in_memory, f => \&opened);
my @given = map { $given{substr $_, 0, 1}->(substr $_, 1) } @parts;
push @given, '--seccomp', in_memory($filter) if $has_terminal;
push @given, '--json-status-fd', fileno $says, '--clearenv', map { ('--setenv', $_, $inside{$_}) } keys %inside;
my $list = in_memory(join '', map { "$_\0" } @given);

# --- the start ---

print STDERR "telltale: $_\n" for @notes;
$SIG{CHLD} = 'DEFAULT';    # whoever started this may ignore it, and then no status could be read
my $pid = fork;
defined $pid or the_long_way();
if (!$pid) {
    syscall $new_session + 0 if !$has_terminal;
    chdir '/';
    %ENV = (PATH => '/usr/bin:/bin');
    close $_ for grep { $_ } $said, $told, $goes_on;
    exec {$sandbox} $sandbox, '--args', $list, $has_terminal ? @starter : (), $program, @arguments;
    exit 1;
}
my $status;
close $_ for @held;
@held = ();

# --- signals reach the tool, which decides ---

sub children {
    my @found;
    opendir my $threads, "/proc/$_[0]/task" or return;
    push @found, split ' ', content_of("/proc/$_[0]/task/$_/children") for grep { /\A\d/ } readdir $threads;
    return @found;
}

sub descendants { return map { ($_, descendants($_)) } children($_[0]) }

sub members {
    my $top = $pid;
    for (1 .. $layers + ($has_terminal ? 1 : 0)) { ($top) = children($top) or return }
    return $has_terminal ? $top : ($top, descendants($top));
}

sub deliver {
    my $name = shift;
    my @members = members();
    kill $name, @members ? @members : $pid;
}

sub stop {    # the tool stopped, so this does too; both go on together
    if ($has_terminal) {
        do {
            give_terminal(getpgrp);
            kill 'STOP', 0;
        } until foreground();
        kill 'CONT', $pid;
        syswrite $goes_on, "\n";
    }
    else {
        my @members = members();
        kill 'STOP', @members;
        kill 'STOP', $$;
        kill 'CONT', @members;
    }
}

sub give_terminal {
    local $SIG{TTOU} = 'IGNORE';
    ioctl STDIN, $SET_GROUP, pack 'i', $_[0];
}

for my $name (qw(TERM HUP INT QUIT USR1 USR2)) {
    $SIG{$name} = \&deliver if ($SIG{$name} // '') ne 'IGNORE';
}
$SIG{TSTP} = $has_terminal ? \&deliver : \&stop if ($SIG{TSTP} // '') ne 'IGNORE';
$SIG{PIPE} = 'IGNORE';

# --- until the end ---

my $EINTR = 4;
while ($has_terminal && !defined $status) {
    my $length = sysread $told, my ($line), 64;
    next if !defined $length && $! == $EINTR;
    last if !$length;
    for (split /\n/, $line) { $_ eq 'stopped' ? stop() : ($status = $_) }
}
0 while waitpid($pid, 0) < 0 && $! == $EINTR;
my $ended = $?;
if ($has_terminal) {
    give_terminal(getpgrp);
    ioctl STDIN, $SET_SETTINGS, $settings;
}
if (!defined $status) {
    sysread $said, my ($report), 1 << 16;
    # a sandbox that did not come up says so and has started nothing: the long way finds out why
    the_long_way() if $ended == 1 << 8 && index($report // '', '"exit-code"') < 0;
    $status = $ended & 127 ? 128 + ($ended & 127) : $ended >> 8;
}
exit $status;
