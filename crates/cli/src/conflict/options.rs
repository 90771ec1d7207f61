//! What the command line and Amplify's file say together.

use super::choice::{Choice, Named};
use super::transform_conf::{Handler, TransformConf};
use crate::failure::Failure;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use syncline_core::Schema;
use syncline_server::{Conflicts, HANDLER_TIMEOUT, HttpHandler, Strategy};

/// What was said about conflicts; the schema says which models there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConflictOptions {
    default: Option<Named>,
    models: BTreeMap<String, Named>,
    conf: Option<TransformConf>,
}

impl ConflictOptions {
    /// What the flags say, and the file if there is one. The flags go first.
    pub(crate) fn new(choices: Vec<Choice>, conf: Option<&Path>) -> Result<ConflictOptions, Failure> {
        let conf = conf.map(TransformConf::read).transpose()?;
        let mut options = ConflictOptions { conf, ..ConflictOptions::default() };
        for Choice { model, strategy } in choices {
            let (for_what, before) = match model {
                None => ("all models".to_owned(), options.default.replace(strategy)),
                Some(model) => (model.clone(), options.models.insert(model, strategy)),
            };
            if before.is_some() {
                let what = format!("--conflict is given twice for {for_what}");
                return Err(Failure::new(what, "leave one of them out"));
            }
        }
        Ok(options)
    }

    /// The strategies of the schema's models.
    pub(crate) fn of(&self, schema: &Schema) -> Result<Conflicts, Failure> {
        if let Some(name) = self.models.keys().find(|name| schema.by_name(name).is_none()) {
            let known: Vec<&str> = schema.models().iter().map(|model| model.name.as_str()).collect();
            let what = format!("--conflict {name}=… is for a model that the schema does not have");
            return Err(Failure::new(what, format!("its models are {}", known.join(", "))));
        }
        let mut conflicts = Conflicts::default();
        if let Some(default) = &self.default {
            conflicts.default = strategy(default)?;
        } else if let Some(conf) = &self.conf {
            conflicts.default = strategy(&self.named(&conf.project, None)?)?;
        }
        for model in schema.models() {
            let flag = self.models.get(&model.name).cloned();
            let conf = || self.conf.as_ref().and_then(|conf| conf.of_model(&model.name));
            let named = match (flag, conf()) {
                (Some(flag), _) => Some(flag),
                (None, Some(handler)) => Some(self.named(handler, Some(&model.name))?),
                (None, None) => None,
            };
            if let Some(named) = named {
                conflicts.models.insert(model.name.clone(), strategy(&named)?);
            }
        }
        Ok(conflicts)
    }

    /// What the file says; where a Lambda function is, only a flag can say.
    fn named(&self, handler: &Handler, model: Option<&str>) -> Result<Named, Failure> {
        match handler {
            Handler::Automerge => Ok(Named::Automerge),
            Handler::Optimistic => Ok(Named::Optimistic),
            Handler::Lambda(name) => match &self.default {
                Some(url @ Named::Url(_)) => Ok(url.clone()),
                _ => {
                    let (whose, flag) = match model {
                        Some(model) => (format!("the model {model}"), format!("--conflict {model}=URL")),
                        None => ("all models".to_owned(), "--conflict URL".to_owned()),
                    };
                    let name = name.as_deref().map_or_else(String::new, |name| format!(" {name}"));
                    let what = format!("the configuration gives {whose} the conflict handler{name}");
                    Err(Failure::new(what, format!("say where it answers: {flag}")))
                }
            },
        }
    }
}

fn strategy(named: &Named) -> Result<Strategy, Failure> {
    Ok(match named {
        Named::Automerge => Strategy::Automerge,
        Named::AutomergeAppsync => Strategy::AutomergeAppsync,
        Named::Optimistic => Strategy::Optimistic,
        Named::Url(url) => {
            let handler = HttpHandler::new(url, HANDLER_TIMEOUT);
            let handler = handler.map_err(|error| Failure::plain(format!("--conflict: {error}")))?;
            Strategy::Lambda(Arc::new(handler))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "type Post @model @auth(rules: [{ allow: public }]) { id: ID! }
        type Note @model @auth(rules: [{ allow: public }]) { id: ID! }";

    fn shown(flags: &[&str], conf: Option<&str>) -> String {
        let schema = syncline_schema::compile(SCHEMA, "s").unwrap();
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("transform.conf.json");
        let conf = conf.map(|text| {
            std::fs::write(&path, text).unwrap();
            path.as_path()
        });
        let flags: Result<Vec<Choice>, String> = flags.iter().map(|flag| flag.parse()).collect();
        let flags = match flags {
            Ok(flags) => flags,
            Err(wrong) => return wrong,
        };
        let conflicts = ConflictOptions::new(flags, conf).and_then(|options| options.of(&schema));
        let name = |strategy: &Strategy| match strategy {
            Strategy::Lambda(handler) => {
                let shown = format!("{handler:?}");
                let hosts = ["a.example", "b.example"];
                hosts.into_iter().find(|host| shown.contains(host)).unwrap_or("?").to_owned()
            }
            other => format!("{other:?}"),
        };
        match conflicts {
            Ok(conflicts) => {
                let models = conflicts.models.iter().map(|(model, it)| format!(" {model}={}", name(it)));
                models.fold(name(&conflicts.default), |shown, model| shown + &model)
            }
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn flags_name_strategies() {
        for (flags, expected) in [
            (&[][..], "Automerge"),
            (&["optimistic"], "Optimistic"),
            (&["automerge-appsync", "Post=automerge"], "AutomergeAppsync Post=Automerge"),
            (&["Post=https://a.example/x?y=z", "http://b.example"], "b.example Post=a.example"),
            (&["Nope=optimistic"], "its models are Post, Note"),
            (&["optimistic", "automerge"], "given twice for all models"),
            (&["Post=optimistic", "Post=automerge"], "given twice for Post"),
            (&["first"], "automerge, automerge-appsync, optimistic or the URL of a handler"),
            (&["ftp://x"], "automerge, automerge-appsync, optimistic or the URL of a handler"),
            (&["Post="], "automerge, automerge-appsync, optimistic or the URL of a handler"),
            (&["http://"], "no URL"),
        ] {
            let shown = shown(flags, None);
            assert!(shown == expected || shown.contains(expected) && shown.len() > 60, "{flags:?}: {shown}");
        }
    }

    /// The last block of JSON on the page about conflicts.
    #[test]
    fn the_file_in_the_guide_is_read() {
        let page = include_str!("../../../../docs/conflicts.md");
        let (_, block) = page.rsplit_once("```json\n").unwrap();
        let conf = block.split("```").next().unwrap().replace("\"Order\"", "\"Post\"");
        assert_eq!(
            shown(&["Post=https://a.example/"], Some(&conf)),
            "Automerge Note=Optimistic Post=a.example"
        );
        assert!(shown(&[], Some(&conf)).contains("orders-${env}"));
    }

    #[test]
    fn amplifys_file_is_read() {
        let conf = |project: &str, models: &str| {
            format!(
                r#"{{"Version":5,"ResolverConfig":{{"project":{{"ConflictHandler":"{project}",
                "ConflictDetection":"VERSION"}},"models":{{{models}}}}}}}"#
            )
        };
        let lambda = r#""Post":{"ConflictHandler":"LAMBDA","ConflictDetection":"VERSION",
            "LambdaConflictHandler":{"name":"resolve-${env}"}}"#;
        let half = r#""Post":{"ConflictHandler":"OPTIMISTIC_CONCURRENCY"},
            "Gone":{"ConflictHandler":"AUTOMERGE","ConflictDetection":"VERSION"}"#;
        for (flags, conf, expected) in [
            (&[][..], conf("AUTOMERGE", ""), "Automerge"),
            (&[], conf("OPTIMISTIC_CONCURRENCY", half), "Optimistic"),
            (
                &["Post=automerge-appsync"],
                conf("OPTIMISTIC_CONCURRENCY", ""),
                "Optimistic Post=AutomergeAppsync",
            ),
            (&["Post=http://a.example"], conf("AUTOMERGE", lambda), "Automerge Post=a.example"),
            (&["http://b.example"], conf("LAMBDA", lambda), "b.example Post=b.example"),
            (&[], conf("AUTOMERGE", lambda), "say where it answers: --conflict Post=URL"),
            (&[], conf("LAMBDA", ""), "say where it answers: --conflict URL"),
            (&[], conf("MINE", ""), "AUTOMERGE, OPTIMISTIC_CONCURRENCY or LAMBDA"),
            (&[], conf("AUTOMERGE", "").replace("VERSION", "NONE"), "ConflictDetection"),
            (&[], "{}".to_owned(), "no \"ResolverConfig\""),
            (&[], "[".to_owned(), "cannot be read"),
        ] {
            let shown = shown(flags, Some(&conf));
            assert!(
                shown == expected || shown.contains(expected) && shown.len() > 60,
                "{flags:?} {conf}: {shown}"
            );
        }
    }
}
