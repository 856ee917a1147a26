//! The course that comes with the program is built into it, so the program is built anew when the course changes.

fn main() {
    println!("cargo::rerun-if-changed=../courses");
}
