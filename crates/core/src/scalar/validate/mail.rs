//! E-mail addresses.

use super::Reason;

const EMAIL: Reason = "expected local@domain, such as ada@example.com";

/// The shape that browsers accept in an e-mail field (WHATWG HTML, "valid e-mail address"), and letters beyond ASCII.
pub(super) fn email(text: &str) -> Result<(), Reason> {
    let Some((local, domain)) = text.rsplit_once('@') else { return Err(EMAIL) };
    let local_fits = !local.is_empty() && local.chars().all(is_local);
    if local_fits && domain.len() <= 253 && domain.split('.').all(is_label) { Ok(()) } else { Err(EMAIL) }
}

fn is_local(char: char) -> bool {
    is_letter(char) || ".!#$%&'*+/=?^_`{|}~-".contains(char)
}

fn is_letter(char: char) -> bool {
    char.is_ascii_alphanumeric() || (!char.is_ascii() && char.is_alphanumeric())
}

/// A label of a domain name.
pub(super) fn is_label(label: &str) -> bool {
    let inside = label.chars().all(|char| is_letter(char) || char == '-');
    (1..=63).contains(&label.len()) && inside && !label.starts_with('-') && !label.ends_with('-')
}
