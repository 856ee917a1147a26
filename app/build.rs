//! The course that comes with the program is built into it, so the program is built anew when the course changes.
#![expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

fn main() {
    println!("cargo::rerun-if-changed=../courses");
}
