//! Every command of the README works as it stands there.

use crate::fixture::Fixture;

/// The lines of the README's blocks of commands; a block of `text` is what a command prints.
fn commands() -> Vec<String> {
    let readme = include_str!("../../../README.md");
    let blocks = readme.split("```").skip(1).step_by(2).filter(|block| !block.starts_with("text"));
    let lines = blocks.flat_map(str::lines).map(|line| line.split('#').next().unwrap().trim());
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_commands_of_the_readme_run() {
    let fixture = Fixture::new();
    let mut run = 0;
    for command in commands() {
        let words: Vec<&str> = command.split_whitespace().collect();
        let arguments = match words.as_slice() {
            ["cargo", "run", "--release", "--", arguments @ ..] | ["starfold", arguments @ ..] => {
                arguments
            }
            // what runs this test
            ["cargo", "xtask", "test"] => continue,
            ["cargo", "bench", ..] => continue,
            _ => panic!("a command that nothing tests: {command}"),
        };
        fixture.succeeds(arguments);
        run += 1;
    }
    assert!(run >= 6, "the README tells how to use the program");
}
