//! Names of files and words in their text, whatever the language.

use super::{
    files::ProjectFile,
    finding::{Finding, Rule},
    policy::{EMPTY_NAMES, FOREIGN_WORDS, OPEN_NOTES, Word},
};

/// Reports the file's name and each line that holds a forbidden word.
pub(super) fn check(file: &ProjectFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in file.names().filter(|name| EMPTY_NAMES.contains(name)) {
        let expected = "a name that says what is inside";
        findings.push(file.finding(1, Rule::EmptyName, expected, format!("`{name}`")));
    }
    for (index, line) in file.text.lines().enumerate() {
        for note in OPEN_NOTES.iter().filter(|note| contains_word(line, note)) {
            let actual = format!("`{note}`");
            findings.push(file.finding(index + 1, Rule::OpenNote, "finished work", actual));
        }
        for word in FOREIGN_WORDS.iter().filter(|word| word.occurs_in(line)) {
            let actual = format!("{:?}", word.text);
            let expected = "words about the project itself";
            findings.push(file.finding(index + 1, Rule::ForeignWord, expected, actual));
        }
    }
    findings
}

fn contains_word(line: &str, word: &str) -> bool {
    let part_of_word = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word).any(|(start, _)| {
        !line[..start].ends_with(part_of_word)
            && !line[start + word.len()..].starts_with(part_of_word)
    })
}

impl Word {
    fn occurs_in(&self, line: &str) -> bool {
        let line = line.to_lowercase();
        line.match_indices(self.text).any(|(start, _)| {
            let rest = line[start + self.text.len()..].trim_start_matches('#');
            !self.before_number || rest.starts_with(|character: char| character.is_ascii_digit())
        })
    }
}
