//! What stands after `:::` and a word: `id="ac.scope.q1" kind="check"`.

use std::collections::BTreeMap;

/// The attributes of a block's first line.
///
/// # Errors
/// What can't be read of it.
pub(super) fn read(text: &str) -> Result<BTreeMap<&str, &str>, String> {
    let mut attributes = BTreeMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or_else(|| wrong(rest))?;
        let value = after.strip_prefix('"').and_then(|after| after.split_once('"'));
        let (value, left) = value.ok_or_else(|| wrong(rest))?;
        let name = name.trim();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            return Err(wrong(rest));
        }
        if attributes.insert(name, value).is_some() {
            return Err(format!("{name} stands here twice"));
        }
        rest = left.trim_start();
    }
    Ok(attributes)
}

fn wrong(rest: &str) -> String {
    format!("{} can't be read; write name=\"value\"", keepsharp_domain::calendar::quote(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_names_with_quoted_values() {
        let read_well = read(r#" id="a.b"  kind="check" "#).unwrap();
        assert_eq!(read_well.get("id"), Some(&"a.b"));
        assert_eq!(read_well.len(), 2);
        for wrong in ["id", "id=a", "id=\"a", "id=\"a\" id=\"b\"", "=\"a\"", "I D=\"a\""] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
