//! Internet addresses.

use super::Reason;
use std::net::{Ipv4Addr, Ipv6Addr};

const ADDRESS: Reason =
    "expected an IPv4 or IPv6 address, with or without a prefix length, such as 192.0.2.1 or 2001:db8::/32";

/// An IPv4 or IPv6 address, with an optional prefix length.
pub(super) fn ip_address(text: &str) -> Result<(), Reason> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let longest = if address.parse::<Ipv4Addr>().is_ok() {
        32
    } else if address.parse::<Ipv6Addr>().is_ok() {
        128
    } else {
        return Err(ADDRESS);
    };
    match prefix {
        Some(prefix) if !is_number_up_to(prefix, longest) => {
            Err("a prefix length goes to 32 for IPv4 and to 128 for IPv6")
        }
        _ => Ok(()),
    }
}

fn is_number_up_to(text: &str, limit: u8) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain && text.parse::<u8>().is_ok_and(|number| number <= limit)
}
