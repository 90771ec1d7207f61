//! One `--conflict`.

use std::str::FromStr;

/// A strategy, for all models or one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The model; `None` for all that have none of their own.
    pub(super) model: Option<String>,
    /// The strategy.
    pub(super) strategy: Named,
}

/// A strategy by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Automerge,
    AutomergeAppsync,
    Optimistic,
    /// A handler that answers there.
    Url(String),
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Choice, String> {
        // An `=` may also stand in a URL, but not behind a name.
        let is_name =
            |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let (model, name) = match text.split_once('=').filter(|(model, _)| is_name(model)) {
            Some((model, name)) => (Some(model.to_owned()), name),
            None => (None, text),
        };
        let strategy = match name {
            "automerge" => Named::Automerge,
            "automerge-appsync" => Named::AutomergeAppsync,
            "optimistic" => Named::Optimistic,
            url if url.starts_with("https://") || url.starts_with("http://") => Named::Url(url.to_owned()),
            _ => {
                let known = "automerge, automerge-appsync, optimistic or the URL of a handler";
                return Err(format!("give {known}; for one model alone, Model=… before it"));
            }
        };
        Ok(Choice { model, strategy })
    }
}
