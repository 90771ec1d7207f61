//! Where the realtime socket of an API is (`spec/client.md` §9.1, `spec/amplify-js.md`).

/// An endpoint that is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{shown:?} is not a GraphQL endpoint: {reason}; it looks like https://example.com/graphql")]
pub struct UrlError {
    /// What was given, shortened.
    pub shown: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

struct Parts<'a> {
    secure: bool,
    authority: &'a str,
    path: &'a str,
    query: &'a str,
}

fn split(endpoint: &str) -> Result<Parts<'_>, UrlError> {
    let fail = |reason| UrlError { shown: crate::raw::shorten(endpoint, 120), reason };
    let (scheme, rest) = endpoint.split_once("://").ok_or_else(|| fail("it has no scheme"))?;
    let secure = match scheme.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" => false,
        _ => return Err(fail("its scheme is neither https nor http")),
    };
    if rest.contains(|char: char| char.is_whitespace() || char.is_control()) {
        return Err(fail("it contains white space or a control character"));
    }
    if rest.contains('#') {
        return Err(fail("it has a fragment (#…)"));
    }
    let (address, query) = rest.find('?').map_or((rest, ""), |at| rest.split_at(at));
    let (authority, path) = address.find('/').map_or((address, ""), |at| address.split_at(at));
    if authority.contains('@') {
        return Err(fail("it carries a user name; credentials go into the configuration"));
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => {
            let (host, rest) = v6.split_once(']').ok_or_else(|| fail("a [ is not closed"))?;
            (host, rest.strip_prefix(':').or_else(|| rest.is_empty().then_some("0")))
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, Some("0")),
        },
    };
    if host.is_empty() {
        return Err(fail("it has no host"));
    }
    if port.is_none_or(|port| port.parse::<u16>().is_err() || !port.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(fail("its port is not a number up to 65535"));
    }
    Ok(Parts { secure, authority, path, query })
}

/// The address of the realtime socket: AppSync's own hosts have another host for it, all others the path + `/realtime`.
/// `https` becomes `wss` and `http` becomes `ws`; a query string stays.
///
/// # Errors
/// If `endpoint` is not an absolute http(s) URL.
pub fn realtime_url(endpoint: &str) -> Result<String, UrlError> {
    let Parts { secure, authority, path, query } = split(endpoint)?;
    let scheme = if secure { "wss" } else { "ws" };
    if secure
        && path == "/graphql"
        && let Some(host) = appsync_realtime_host(authority)
    {
        return Ok(format!("{scheme}://{host}{path}{query}"));
    }
    let path = path.trim_end_matches('/');
    Ok(format!("{scheme}://{authority}{path}/realtime{query}"))
}

/// The `host` of the authorization header object: the API's host and port, also on the realtime socket.
///
/// # Errors
/// If `endpoint` is not an absolute http(s) URL.
pub fn api_host(endpoint: &str) -> Result<&str, UrlError> {
    split(endpoint).map(|parts| parts.authority)
}

/// `<26 characters>.appsync-api.<region>.amazonaws.com[.cn]`, with `appsync-realtime-api` in it.
fn appsync_realtime_host(authority: &str) -> Option<String> {
    let lower = authority.to_ascii_lowercase();
    let (id, rest) = lower.split_once(".appsync-api.")?;
    let region = rest.strip_suffix(".amazonaws.com").or_else(|| rest.strip_suffix(".amazonaws.com.cn"))?;
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_region = !region.is_empty() && region.split('-').all(|part| !part.is_empty() && is_word(part));
    (id.len() == 26 && is_word(id) && is_region).then(|| format!("{id}.appsync-realtime-api.{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_of_each_kind_of_endpoint() {
        for (endpoint, url, host) in [
            (
                "https://abcdefghijklmnopqrstuvwxyz.appsync-api.eu-west-1.amazonaws.com/graphql",
                "wss://abcdefghijklmnopqrstuvwxyz.appsync-realtime-api.eu-west-1.amazonaws.com/graphql",
                "abcdefghijklmnopqrstuvwxyz.appsync-api.eu-west-1.amazonaws.com",
            ),
            (
                "https://abcdefghijklmnopqrstuvwxyz.appsync-api.cn-north-1.amazonaws.com.cn/graphql",
                "wss://abcdefghijklmnopqrstuvwxyz.appsync-realtime-api.cn-north-1.amazonaws.com.cn/graphql",
                "abcdefghijklmnopqrstuvwxyz.appsync-api.cn-north-1.amazonaws.com.cn",
            ),
            (
                "https://short.appsync-api.eu-west-1.amazonaws.com/graphql",
                "wss://short.appsync-api.eu-west-1.amazonaws.com/graphql/realtime",
                "short.appsync-api.eu-west-1.amazonaws.com",
            ),
            ("https://api.example.com/graphql", "wss://api.example.com/graphql/realtime", "api.example.com"),
            ("HTTP://127.0.0.1:4010/graphql", "ws://127.0.0.1:4010/graphql/realtime", "127.0.0.1:4010"),
            ("http://[::1]:4010/apis/a/graphql/", "ws://[::1]:4010/apis/a/graphql/realtime", "[::1]:4010"),
            ("http://[::1]", "ws://[::1]/realtime", "[::1]"),
            ("https://h/graphql?a=b", "wss://h/graphql/realtime?a=b", "h"),
        ] {
            assert_eq!(realtime_url(endpoint).as_deref(), Ok(url));
            assert_eq!(api_host(endpoint), Ok(host));
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for (endpoint, part) in [
            ("", "no scheme"),
            ("example.com/graphql", "no scheme"),
            ("ftp://h/graphql", "neither https nor http"),
            ("https:///graphql", "no host"),
            ("https://:80/graphql", "no host"),
            ("https://h:x/graphql", "port"),
            ("https://h:/graphql", "port"),
            ("https://h:70000/graphql", "port"),
            ("https://[::1/graphql", "not closed"),
            ("https://[::1]x/graphql", "port"),
            ("https://me:pw@h/graphql", "user name"),
            ("https://h/gra phql", "white space"),
            ("https://h/graphql#x", "fragment"),
        ] {
            let error = realtime_url(endpoint).unwrap_err().to_string();
            assert!(error.contains(part), "{endpoint}: {error}");
        }
    }
}
