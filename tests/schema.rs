//! The schema that editors are given, against an independent validator and against the reader.

use hopfold::diagnostic::Mistakes;
use hopfold::study::format::{self, Form, Key, Presence, Table, Words};
use hopfold::{explain, plan, schema, study};
use jsonschema::Validator;
use std::fs;
use std::path::{Path, PathBuf};
use toml::Value;

fn validator(schema: &serde_json::Value) -> Validator {
    jsonschema::draft7::meta::validate(schema).expect("a schema of draft 7");
    jsonschema::draft7::new(schema).expect("a schema")
}

/// What the schema says of a text; nothing if all is well.
fn refused(validator: &Validator, text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().expect("TOML");
    let value = serde_json::to_value(&table).expect("values that JSON has too");
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect()
}

#[test]
fn every_study_and_model_of_the_library_is_valid() {
    for (folder, schema) in [("configs", schema::study()), ("configs/models", schema::model())] {
        let validator = validator(&schema);
        let files = files(folder);
        assert!(files.len() > 5);
        for file in files {
            let text = fs::read_to_string(&file).expect("a text");
            assert_eq!(refused(&validator, &text), Vec::<String>::new(), "{}", file.display());
        }
    }
}

#[test]
fn the_study_and_the_model_that_new_writes_are_valid() {
    let here = tempfile::tempdir().expect("a folder");
    let mut command = assert_cmd::Command::cargo_bin("hopfold").expect("the program");
    command.current_dir(here.path()).args(["new", "first"]).assert().success();
    for (file, schema) in [("first.toml", schema::study()), ("models/first.toml", schema::model())] {
        let text = fs::read_to_string(here.path().join(file)).expect("a text");
        assert_eq!(refused(&validator(&schema), &text), Vec::<String>::new(), "{file}");
    }
}

/// A table of the format, and a text around one such table.
struct Place {
    table: &'static Table,
    around: &'static str,
    model_file: bool,
}

/// Every table that a study and a model file can hold.
fn places() -> Vec<Place> {
    let place = |table, around| Place { table, around, model_file: false };
    let file = |table, around| Place { table, around, model_file: true };
    vec![
        place(&format::STUDY, "@"),
        place(&format::MODEL, "model = {@}\nBRANCH"),
        place(&format::SETTINGS, "settings = {@}\nMODEL\nBRANCH"),
        place(&format::BRANCH, "MODEL\n[[branch]]\n@"),
        place(
            &format::EVEN,
            "MODEL\n[[branch]]\nname = \"r\"\nkind = \"equilibrium\"\nfree = { V_in = [0, 8] }\nfamily = { Z_T = {@} }",
        ),
        place(
            &format::NEAR,
            "MODEL\nBRANCH\n[[branch]]\nname = \"h\"\nkind = \"hopf\"\nfree = { V_in = [0, 8], R_n = [0, 9] }\nfrom = {@}",
        ),
        place(&format::NEAR, "MODEL\nBRANCH\n[[expect]]\nvalue = { V = 0 }\ntolerance = 1\npoint = {@}"),
        place(
            &format::PHYSICAL,
            "model = { name = \"memristive-neuron\", physical = {@} }\n[[branch]]\nname = \"r\"\nkind = \"equilibrium\"\nfree = { V_ext = [0, 8] }",
        ),
        place(&format::SIMULATION, "MODEL\nBRANCH\n[[simulation]]\n@"),
        place(
            &format::SPECTRUM,
            "MODEL\n[[simulation]]\nname = \"s\"\nstart = { V = 0.1, Z = 1, X = 0, Y = 0 }\ntime = 1\nspectrum = {@}",
        ),
        place(&format::OPTIMUM, "MODEL\nBRANCH\nmark = { V_in = [1] }\n[[optimum]]\n@"),
        place(&format::MAP, "MODEL\nBRANCH\nCYCLES\n[[map]]\n@"),
        place(&format::STEPS, "MODEL\n[[map]]\nname = \"m\"\nquantity = \"V\"\ngrid = { V_in = {@} }"),
        place(&format::FUNCTION, "MODEL\n[[function]]\n@"),
        place(&format::FIGURE, "MODEL\nBRANCH\n[[figure]]\n@"),
        place(&format::AXIS, "MODEL\nBRANCH\n[[figure]]\nfile = \"a.svg\"\ny = \"V\"\nshow = [\"rest\"]\nx = {@}"),
        place(&format::SERIES, "MODEL\nBRANCH\n[[figure]]\nfile = \"a.svg\"\nx = \"V_in\"\ny = \"V\"\nshow = [{@}]"),
        place(
            &format::LINE,
            "MODEL\nBRANCH\n[[figure]]\nfile = \"a.svg\"\nx = \"V_in\"\ny = \"V\"\nshow = [\"rest\"]\nlines = [{@}]",
        ),
        place(
            &format::TEXT,
            "MODEL\nBRANCH\n[[figure]]\nfile = \"a.svg\"\nx = \"V_in\"\ny = \"V\"\nshow = [\"rest\"]\ntexts = [{@}]",
        ),
        place(&format::EXPECT, "MODEL\nBRANCH\n[[expect]]\n@"),
        file(&format::MODEL_FILE, "@"),
        file(&format::PARAMETER, "parameters = { p = {@} }\nequations = { x = \"p - x\" }"),
    ]
}

impl Place {
    /// The text with these keys in the table.
    fn text(&self, keys: &[(&str, String)]) -> String {
        let inline = self.around.contains("{@}");
        let lines: Vec<String> = keys.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        self.around
            .replace('@', &lines.join(if inline { ", " } else { "\n" }))
            .replace("MODEL", "[model]\nname = \"memristive-neuron\"")
            .replace(
                "CYCLES",
                "[[branch]]\nname = \"cycles\"\nkind = \"cycle\"\nfrom = \"rest/H1\"\nfree = { V_in = [0, 8] }",
            )
            .replace("BRANCH", "[[branch]]\nname = \"rest\"\nkind = \"equilibrium\"\nfree = { V_in = [0, 8] }")
    }

    fn schema(&self) -> Validator {
        validator(&if self.model_file { schema::model() } else { schema::study() })
    }

    /// What the reader says, and what is said after the meanings were looked at as well.
    fn read(&self, text: &str) -> (Vec<String>, Vec<String>) {
        let mut mistakes = Mistakes::default();
        let planned = if self.model_file {
            study::read_model(&mut mistakes, "m.toml", text);
            plan::model_file("m.toml", text).err()
        } else {
            study::read(&mut mistakes, "s.toml", text, &[]);
            plan::plan("s.toml", text, &[]).err()
        };
        let show =
            |list: Vec<hopfold::diagnostic::Diagnostic>| list.iter().map(|d| d.render(false)).collect::<Vec<_>>();
        (show(mistakes.list), show(planned.unwrap_or_default()))
    }

    /// The least that makes the table whole, for each of its shapes.
    fn whole(&self) -> Vec<Vec<(&'static str, String)>> {
        let needed: Vec<&Key> =
            self.table.keys.iter().filter(|key| matches!(key.presence, Presence::Needed(_))).collect();
        let with = |names: &[&str]| {
            let more = names.iter().filter_map(|name| self.table.key(name));
            needed.iter().copied().chain(more).map(|key| (key.name, sample(self.table, key))).collect()
        };
        match self.table.shapes {
            [] => vec![with(&[])],
            shapes => shapes.iter().map(|shape| with(shape.needs)).collect(),
        }
    }
}

/// A value of a key that is good in the study around it.
fn sample(table: &Table, key: &Key) -> String {
    match (table.what, key.name) {
        ("study", "model") => "{ name = \"memristive-neuron\" }".into(),
        ("study", "branch") => "[{ name = \"rest\", kind = \"equilibrium\", free = { V_in = [0, 8] } }]".into(),
        ("study", "map") => "[{ name = \"m\", quantity = \"V\", grid = { V_in = [0, 1] } }]".into(),
        ("[[map]] block", "name") => "\"m\"".into(),
        ("[[map]] block", "grid") => "{ V_in = [0, 1] }".into(),
        ("[[map]] block", "quantity") => "\"V\"".into(),
        ("[[map]] block", "reach") => "{ V_in = [-1, 2] }".into(),
        ("[[map]] block", "by") => "\"continuation\"".into(),
        ("[[map]] block", "start") => "{ V = 0.5 }".into(),
        ("[[map]] block", "from") => "\"cycles/EP1\"".into(),
        ("study", "function") => "[{ name = \"w\", of = \"well\", range = [-1, 1] }]".into(),
        ("study", "figure" | "expect") => "[]".into(),
        ("study", "optimum") => "[{ name = \"o\", of = \"V\", from = \"rest/EP1\", over = { R_n = [1, 2] } }]".into(),
        ("[model] block", "physical") => {
            let keys = format::PHYSICAL.keys.iter().map(|key| format!("{} = 1.0", key.name));
            format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
        }
        ("[[simulation]] block", "name") => "\"s\"".into(),
        ("[[simulation]] block", "from") => "\"rest/H1\"".into(),
        ("[[simulation]] block", "ramp") => "{ V_in = [0, 1] }".into(),
        ("[[simulation]] block", "until") => "\"steady\"".into(),
        ("[[simulation]] block", "method") => "\"auto\"".into(),
        ("[[simulation]] block", "branch") => "\"rest\"".into(),
        ("[[simulation]] block", "spectrum") => "{ of = \"V\" }".into(),
        ("spectrum", "of") => "\"V\"".into(),
        ("spectrum", "window") => "\"hann\"".into(),
        ("[[optimum]] block", "name") => "\"o\"".into(),
        ("[[optimum]] block", "of") => "\"V\"".into(),
        ("[[optimum]] block", "goal") => "\"minimum\"".into(),
        ("[[optimum]] block", "from") => "\"rest/UZ1\"".into(),
        ("[[optimum]] block", "over") => "{ R_n = [1, 2] }".into(),
        ("study", "settings") => "{ step = 0.01 }".into(),
        ("[model] block", "name") => "\"memristive-neuron\"".into(),
        ("[model] block", "file") => format!("'{}/configs/models/cusp.toml'", env!("CARGO_MANIFEST_DIR")),
        (_, "equations") => "{ x = \"1 - x\" }".into(),
        (_, "define") => "{ g = \"2*x\" }".into(),
        (_, "states") => "{ x = \"a state\" }".into(),
        ("[[branch]] block", "name") => "\"own\"".into(),
        ("[[branch]] block", "free") => "{ V_in = [0, 8] }".into(),
        ("[[branch]] block", "start") => "{ V = 0.5 }".into(),
        ("[[branch]] block", "from") => "\"rest/H1\"".into(),
        ("[[branch]] block", "extremum") => "[]".into(),
        ("[[branch]] block", "mark") => "{ V_in = [1.5] }".into(),
        ("[[branch]] block", "family") => "{ Z_T = [0.5] }".into(),
        ("special point", "type") => "\"H\"".into(),
        ("special point" | "[[expect]] block", "near" | "value") => "{ V_in = 1 }".into(),
        ("special point", _) | ("series", "block") => "\"rest\"".into(),
        ("[[expect]] block", "point") | ("line", "through") => "\"rest/H1\"".into(),
        ("[[function]] block", "name") => "\"w\"".into(),
        ("[[function]] block", "of") => "\"well\"".into(),
        ("[[figure]] block", "file") => "\"a.svg\"".into(),
        ("[[figure]] block", "show") => "[\"rest\"]".into(),
        (_, "parameters") if table.what != "model file" => "{}".into(),
        (_, "x" | "column") => "\"V_in\"".into(),
        (_, "y" | "z") => "\"V\"".into(),
        (_, "kind") => format!("\"{}\"", if table.what.contains("branch") { "equilibrium" } else { "plane" }),
        (_, "style") => "\"line\"".into(),
        (_, "mark") => "[\"H\"]".into(),
        (_, "size") => "[86, 65]".into(),
        (_, "and") => "[1, 0]".into(),
        ("family" | "grid", "to") => "2".into(),
        ("family" | "grid", "from") => "1".into(),
        _ => plain(&key.form),
    }
}

fn plain(form: &Form) -> String {
    match form {
        Form::Text | Form::Word(_) | Form::Suggested(_) => "\"text\"".into(),
        Form::Number => "0.5".into(),
        Form::Between(..) => "0.001".into(),
        Form::Integer | Form::Count(..) => "10".into(),
        Form::Flag => "true".into(),
        Form::Pair | Form::Range => "[0, 1]".into(),
        Form::List(..) | Form::Blocks(_) => "[]".into(),
        Form::Names(..) | Form::Table(_) => "{}".into(),
        Form::Either(forms) => plain(&forms[0]),
    }
}

/// Values of all types, of which most are wrong for any key.
fn anything() -> Vec<String> {
    let simple = ["\"\"", "\"text\"", "-3", "0", "1", "2", "3", "7", "0.5", "-0.5", "1e300", "true"];
    let inside = [
        "\"text\"",
        "0.5",
        "3",
        "[0, 1]",
        "{ a = 1 }",
        "[]",
        "{ value = 1 }",
        "{ from = 1, to = 2, count = 3 }",
        "false",
    ];
    let lists = inside.iter().flat_map(|a| [format!("[{a}]"), format!("[{a}, {a}]"), format!("[0.25, {a}]")]);
    let tables = inside.iter().flat_map(|a| {
        [format!("{{ x = {a} }}"), format!("{{ V_in = {a} }}"), format!("{{ V_in = {a}, R_n = {a}, Gamma = {a} }}")]
    });
    simple
        .map(String::from)
        .into_iter()
        .chain(["[]".to_string(), "{}".to_string()])
        .chain(lists)
        .chain(tables)
        .collect()
}

/// What the reader refuses the schema refuses, and what the schema refuses is refused before anything is computed.
fn agree(place: &Place, schema: &Validator, keys: &[(&str, String)]) {
    let text = place.text(keys);
    let said = refused(schema, &text);
    let (form, all) = place.read(&text);
    // That a range is empty or reversed, a schema cannot say.
    let form: Vec<&String> = form.iter().filter(|m| !m.contains("is empty") && !m.contains("is reversed")).collect();
    assert!(form.is_empty() || !said.is_empty(), "only the reader refuses\n{text}\n{}", form[0]);
    assert!(said.is_empty() || !all.is_empty(), "only the schema refuses\n{text}\n{said:?}");
}

#[test]
fn the_schema_accepts_each_key_of_the_reader_and_no_other() {
    for place in places() {
        let schema = place.schema();
        for whole in place.whole() {
            let text = place.text(&whole);
            assert_eq!(refused(&schema, &text), Vec::<String>::new(), "{text}");
            assert_eq!(place.read(&text).0, Vec::<String>::new(), "{text}");
            for key in place.table.keys {
                let mut keys = whole.clone();
                match keys.iter().position(|(name, _)| *name == key.name) {
                    // Left out.
                    Some(at) => drop(keys.remove(at)),
                    None => keys.push((key.name, sample(place.table, key))),
                }
                agree(&place, &schema, &keys);
            }
            let unknown: Vec<_> = whole.iter().cloned().chain([("nonsense", "1".to_string())]).collect();
            let text = place.text(&unknown);
            assert!(!refused(&schema, &text).is_empty(), "{text}");
            assert!(place.read(&text).0.iter().any(|m| m.contains("unknown key `nonsense`")), "{text}");
        }
    }
}

#[test]
fn values_of_a_wrong_type_are_refused_by_the_schema_and_by_the_reader() {
    let mut refusals = 0;
    for place in places() {
        let schema = place.schema();
        for whole in place.whole() {
            for key in place.table.keys {
                for value in anything() {
                    let others = whole.iter().filter(|(name, _)| *name != key.name).cloned();
                    let keys: Vec<_> = others.chain([(key.name, value)]).collect();
                    agree(&place, &schema, &keys);
                    refusals += usize::from(!refused(&schema, &place.text(&keys)).is_empty());
                }
            }
        }
    }
    assert!(refusals > 5000, "{refusals}");
}

/// The tables that a form leads to.
fn tables(form: &Form, found: &mut Vec<&'static str>) {
    match form {
        Form::List(form, ..) | Form::Names(form, ..) => tables(form, found),
        Form::Either(forms) => forms.iter().for_each(|form| tables(form, found)),
        Form::Table(table) | Form::Blocks(table) if !found.contains(&table.what) => {
            found.push(table.what);
            table.keys.iter().for_each(|key| tables(&key.form, found));
        }
        _ => {}
    }
}

#[test]
fn every_table_of_the_format_is_among_those_compared_and_every_key_is_explained() {
    let mut found = Vec::new();
    tables(&Form::Table(&format::STUDY), &mut found);
    tables(&Form::Table(&format::MODEL_FILE), &mut found);
    let compared: Vec<&str> = places().iter().map(|place| place.table.what).collect();
    for what in &found {
        assert!(compared.contains(what), "{what}");
    }
    for key in places().iter().filter(|place| !place.model_file).flat_map(|place| place.table.keys) {
        assert!(explain::explain(key.name).is_ok(), "`{}` is not explained", key.name);
    }
}

#[test]
fn the_defaults_are_those_of_the_engine() {
    let engine = hopfold::trace::Settings::default();
    let written = |table: &Table, key: &str| match table.key(key).map(|key| key.presence) {
        Some(Presence::Default(text)) => format!("v = {text}").parse::<toml::Table>().expect("TOML")["v"].clone(),
        other => panic!("{key}: {other:?}"),
    };
    let settings = |key| written(&format::SETTINGS, key);
    for (key, value) in [
        ("step", engine.step),
        ("min_step", engine.min_step),
        ("max_step", engine.max_step),
        ("tolerance", engine.tolerance),
    ] {
        assert_eq!(settings(key), Value::Float(value), "{key}");
    }
    assert_eq!(settings("max_newton"), Value::Integer(engine.max_newton as i64));
    assert_eq!(settings("max_points"), Value::Integer(plan::DEFAULT_MAX_POINTS as i64));
    assert_eq!(written(&format::OPTIMUM, "starts"), Value::Integer(plan::DEFAULT_STARTS as i64));
    assert_eq!(written(&format::FUNCTION, "points"), Value::Integer(plan::DEFAULT_FUNCTION_POINTS as i64));
    let schema = schema::study();
    assert_eq!(schema["properties"]["settings"]["properties"]["step"]["default"], engine.step);
}

#[test]
fn an_editor_is_offered_kinds_types_and_descriptions() {
    let schema = schema::study();
    let branch = &schema["properties"]["branch"]["items"]["properties"];
    assert_eq!(branch["kind"]["enum"], serde_json::json!(plan::Kind::ALL.map(plan::Kind::name)));
    let near = &branch["from"]["anyOf"][1]["properties"]["type"]["enum"];
    assert!(near.as_array().is_some_and(|types| types.contains(&"LP".into())), "{near}");
    assert!(branch["free"]["description"].as_str().is_some_and(|words| words.contains("range")));
    assert_eq!(schema["properties"]["branch"]["items"]["required"], serde_json::json!(["name", "kind", "free"]));
    assert!(matches!(format::MODEL.key("name").map(|key| key.form), Some(Form::Suggested(Words::Model))));
}
