//! Values of custom types, as far as they are selected.

use super::renderer::{Bubble, Renderer, Step};
use super::write_value;
use crate::answer::write_text;
use crate::exec::{CustomItem, Item, Selection, What};
use syncline_core::Value;
use syncline_core::value::Object;

impl<'a> Renderer<'a> {
    /// Writes the value of a field of a custom type: null, an object, or a list of them.
    pub(super) fn custom(
        &mut self,
        parent: &'a Selection,
        item: &'a Item,
        custom: &'a CustomItem,
        value: &Value,
    ) -> Result<(), Bubble> {
        let start = self.out.len();
        self.path.push(Step::Key(&item.key));
        let result = match value {
            Value::Object(object) => self.object(&custom.selection, object),
            Value::List(items) => self.objects(parent, item, custom, items),
            _ => self.null_here(parent, item),
        };
        self.path.pop();
        result.or_else(|Bubble| self.give_up(start, item.non_null.is_some()))
    }

    fn objects(
        &mut self,
        parent: &'a Selection,
        item: &'a Item,
        custom: &'a CustomItem,
        items: &[Value],
    ) -> Result<(), Bubble> {
        self.out.push('[');
        for (place, value) in items.iter().enumerate() {
            if place > 0 {
                self.out.push(',');
            }
            let start = self.out.len();
            self.path.push(Step::Place(place));
            let result = match value {
                Value::Object(object) => self.object(&custom.selection, object),
                _ if custom.item_required => {
                    self.complain(parent, &custom.selection.type_name, item.location)
                }
                _ => {
                    self.out.push_str("null");
                    Ok(())
                }
            };
            self.path.pop();
            result.or_else(|Bubble| self.give_up(start, custom.item_required))?;
        }
        self.out.push(']');
        Ok(())
    }

    fn object(&mut self, selection: &'a Selection, object: &Object) -> Result<(), Bubble> {
        self.out.push('{');
        for (place, item) in selection.items.iter().enumerate() {
            self.room()?;
            self.key(place, item);
            // Objects are held in their canonical form: a field is at its place.
            let value = |field: usize| object.0.get(field).map_or(&Value::Null, |(_, value)| value);
            match &item.what {
                What::Typename => write_text(self.out, &selection.type_name),
                What::Field(field) => match value(*field) {
                    Value::Null => self.null(selection, item)?,
                    value => write_value(self.out, value),
                },
                What::Custom(custom) => self.custom(selection, item, custom, value(custom.field))?,
                // A record's or a connection's fields: not selected in an object.
                _ => self.out.push_str("null"),
            }
        }
        self.out.push('}');
        Ok(())
    }
}
