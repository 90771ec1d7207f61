//! Telephone numbers.

use super::Reason;

const PHONE: Reason = "expected groups of digits with single spaces or hyphens between them, such as +44 20 7946 0123 or 555-010-0123";
const LENGTH: Reason = "a telephone number has 4 to 15 digits after a +, and 7 to 15 without one";

/// Groups of digits, separated by a space or a hyphen; with a `+` the country code comes first (E.164).
pub(super) fn phone(text: &str) -> Result<(), Reason> {
    let (number, least) = match text.strip_prefix('+') {
        // No country code starts with a zero.
        Some(number) if number.starts_with('0') => return Err("no country code starts with 0"),
        Some(number) => (number, 4),
        None => (text, 7),
    };
    let group = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    if !number.split([' ', '-']).all(group) {
        return Err(PHONE);
    }
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if (least..=15).contains(&digits) { Ok(()) } else { Err(LENGTH) }
}
