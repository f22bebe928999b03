//! JSON Schema of studies and of model files, for editors that complete and check what is typed.
//!
//! Made of [`study::format`](crate::study::format), and of the words that `plan` and `models` know. Draft 7: the newest
//! that Taplo reads, which is behind Even Better TOML. It merges what `anyOf` offers and forgets what stands beside
//! `$ref` or `allOf`, so everything is written out.

use crate::models::catalogue;
use crate::plan::{FIGURE_KINDS, GOALS, INTEGRATORS, Kind, METHODS, SCALES, STYLES, UNTIL};
use crate::simulate::Window;
use crate::study::format::{self, Form, Key, Presence, Table, Words};
use serde_json::{Map, Value, json};

/// The schema of a study.
pub fn study() -> Value {
    root(&format::STUDY, "A study of hopfold")
}

/// The schema of a file that holds a model.
pub fn model() -> Value {
    root(&format::MODEL_FILE, "A model for hopfold")
}

fn root(table: &Table, title: &str) -> Value {
    let mut schema = of_table(table);
    schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    schema["title"] = title.into();
    schema
}

fn of_table(table: &Table) -> Value {
    let properties: Map<String, Value> = table.keys.iter().map(|key| (key.name.to_string(), of_key(key))).collect();
    let needed = table.keys.iter().filter(|key| matches!(key.presence, Presence::Needed(_)));
    let needed: Vec<&str> = needed.map(|key| key.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !needed.is_empty() {
        schema["required"] = json!(needed);
    }
    if !table.shapes.is_empty() {
        let shapes = table.shapes.iter().map(|shape| {
            let excluded: Vec<Value> = shape.excludes.iter().map(|key| json!({ "required": [key] })).collect();
            json!({ "required": shape.needs, "not": { "anyOf": excluded } })
        });
        schema["anyOf"] = shapes.collect();
    }
    schema
}

fn of_key(key: &Key) -> Value {
    let mut schema = of_form(&key.form);
    schema["description"] = key.words.into();
    if let Presence::Default(value) = key.presence {
        // The defaults are numbers, words and flags, which TOML and JSON write alike.
        schema["default"] = serde_json::from_str(value).unwrap_or(Value::Null);
    }
    schema
}

fn of_form(form: &Form) -> Value {
    let bounded = |mut schema: Value, names: [&str; 2], least: usize, most: usize| {
        if least > 0 {
            schema[names[0]] = least.into();
        }
        if most < usize::MAX {
            schema[names[1]] = most.into();
        }
        schema
    };
    match *form {
        Form::Text => json!({ "type": "string" }),
        Form::Word(list) => json!({ "type": "string", "enum": words(list) }),
        Form::Suggested(list) => json!({ "type": "string", "anyOf": [{ "enum": words(list) }, { "type": "string" }] }),
        Form::Number => json!({ "type": "number" }),
        Form::Between(above, below) if below.is_finite() => {
            json!({ "type": "number", "exclusiveMinimum": above, "exclusiveMaximum": below })
        }
        Form::Between(above, _) => json!({ "type": "number", "exclusiveMinimum": above }),
        Form::Integer => json!({ "type": "integer" }),
        Form::Count(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Form::Flag => json!({ "type": "boolean" }),
        Form::Pair | Form::Range => of_form(&Form::List(&Form::Number, 2, 2)),
        Form::List(item, least, most) => {
            let schema = json!({ "type": "array", "items": of_form(item) });
            bounded(schema, ["minItems", "maxItems"], least, most)
        }
        Form::Names(value, least, most) => {
            let schema = json!({ "type": "object", "additionalProperties": of_form(value) });
            bounded(schema, ["minProperties", "maxProperties"], least, most)
        }
        Form::Either(forms) => json!({ "anyOf": forms.iter().map(of_form).collect::<Vec<_>>() }),
        Form::Table(table) => of_table(table),
        Form::Blocks(table) => json!({ "type": "array", "items": of_table(table) }),
    }
}

fn words(list: Words) -> Vec<String> {
    let owned = |words: &[&str]| words.iter().map(|word| word.to_string()).collect();
    match list {
        Words::Model => catalogue().into_iter().map(|model| model.name).collect(),
        Words::Function => {
            catalogue().into_iter().flat_map(|model| model.functions).map(|function| function.name).collect()
        }
        Words::Branch => owned(&Kind::ALL.map(Kind::name)),
        Words::Start => owned(&["all"]),
        Words::Method => owned(&METHODS),
        Words::Until => owned(&UNTIL),
        Words::Integrator => owned(&INTEGRATORS),
        Words::Window => owned(&Window::ALL.map(Window::name)),
        Words::Point => {
            let mut all: Vec<&str> = Kind::ALL.iter().flat_map(|kind| kind.reports()).copied().collect();
            all.sort_unstable();
            all.dedup();
            owned(&all)
        }
        Words::Goal => owned(&GOALS),
        Words::Figure => owned(&FIGURE_KINDS),
        Words::Style => owned(&STYLES),
        Words::Scale => owned(&SCALES),
    }
}
