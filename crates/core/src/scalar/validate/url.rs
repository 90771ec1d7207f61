//! URLs.

use super::Reason;
use std::net::Ipv6Addr;

const URL: Reason = "expected a URL with a scheme, such as https://example.com/ or mailto:ada@example.com";
const HOST: Reason = "the host of the URL is missing or malformed";
const PATH: Reason = "the path of a URL must not contain //";

/// A URL with a scheme. Its path holds no `//` (AppSync's rule); its characters are not otherwise judged, as browsers
/// and servers disagree on them.
pub(super) fn url(text: &str) -> Result<(), Reason> {
    let Some((scheme, rest)) = text.split_once(':') else { return Err(URL) };
    let mut letters = scheme.bytes();
    let starts = letters.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if !starts
        || !letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        || rest.is_empty()
    {
        return Err(URL);
    }
    if rest.chars().any(|char| char.is_whitespace() || char.is_control() || "<>\"".contains(char)) {
        return Err("a URL contains no spaces, control characters, quotes or angle brackets");
    }
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
            authority_fits(scheme, authority)?;
            path
        }
        None => rest,
    };
    let path = &path[..path.find(['?', '#']).unwrap_or(path.len())];
    if path.contains("//") { Err(PATH) } else { Ok(()) }
}

fn authority_fits(scheme: &str, authority: &str) -> Result<(), Reason> {
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let (host_fits, port) = match place.strip_prefix('[') {
        Some(bracketed) => {
            let Some((address, port)) = bracketed.split_once(']') else { return Err(HOST) };
            (address.parse::<Ipv6Addr>().is_ok(), port)
        }
        None => {
            let (host, port) = place.split_at(place.find(':').unwrap_or(place.len()));
            (!host.is_empty() || scheme.eq_ignore_ascii_case("file"), port)
        }
    };
    if !host_fits {
        return Err(HOST);
    }
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok(()),
        Some("") => Ok(()),
        Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) && number.parse::<u16>().is_ok() => {
            Ok(())
        }
        _ => Err("the port of the URL is not a number up to 65535"),
    }
}
