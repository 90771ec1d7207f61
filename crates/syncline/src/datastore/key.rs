//! Keys as an application gives them.

use syncline_core::Key;

/// A key as an application gives it: the id as text, or a [`Key`] where the key has several fields.
#[derive(Clone, Debug)]
pub struct ModelKey(pub(crate) Key);

impl From<&str> for ModelKey {
    fn from(id: &str) -> ModelKey {
        ModelKey(Key::id(id))
    }
}
impl From<&String> for ModelKey {
    fn from(id: &String) -> ModelKey {
        ModelKey(Key::id(id.as_str()))
    }
}
impl From<String> for ModelKey {
    fn from(id: String) -> ModelKey {
        ModelKey(Key::id(id))
    }
}
impl From<Key> for ModelKey {
    fn from(key: Key) -> ModelKey {
        ModelKey(key)
    }
}
