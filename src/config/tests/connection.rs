//! Connections: what is read from elsewhere, and what no error may show.

use super::*;

/// A service file whose `[kafka.tls]` and `[kafka.sasl]` hold `tls` and `sasl`.
fn secured(tls: &str, sasl: &str) -> String {
    format!("{MINIMAL_SERVICE}[kafka.tls]\n{tls}\n[kafka.sasl]\n{sasl}\n")
}

const USER: &str = "mechanism = 'SCRAM-SHA-512'\nusername = 'daebak'\npassword = ";

/// What reading `text` and all it points to in `folder` says.
fn pointed(folder: &Path, text: &str) -> Result<Service, ConfigErrors> {
    service::read("s.toml", text, Pointed::Read(folder))
}

#[test]
fn a_connection_is_read_with_its_secret_from_a_file_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["ca.pem", "own.pem", "own.key"] {
        fs::write(path(name), "-----BEGIN X-----\n").unwrap();
    }
    fs::write(path("password"), "hunter 2\r\n").unwrap();
    let tls = "ca = 'ca.pem'\ncertificate = 'own.pem'\nkey = 'own.key'\n\
               key_password = { file = 'password' }";
    let text = secured(tls, &format!("{USER}{{ file = 'password' }}"));
    let connection = pointed(folder.path(), &text).unwrap().kafka.connection;
    let tls = connection.tls.clone().unwrap();
    let own = tls.certificate.unwrap();
    assert_eq!(tls.ca, Some(path("ca.pem")), "paths start at the file's folder");
    assert_eq!((own.certificate, own.key), (path("own.pem"), path("own.key")));
    assert_eq!(own.key_password.unwrap().reveal(), "hunter 2");
    let sasl = connection.sasl.as_ref().unwrap();
    assert_eq!((sasl.mechanism.name(), &*sasl.username), ("SCRAM-SHA-512", "daebak"));
    assert_eq!(sasl.password.reveal(), "hunter 2", "without the end of its line");
    assert!(!format!("{connection:?}").contains("hunter"));
    // A check needs none of it.
    fs::remove_dir_all(folder.path()).unwrap();
    assert_eq!(service(&text).unwrap().kafka.connection.sasl.unwrap().password.reveal(), "");
}

#[test]
fn a_bad_connection_is_said_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty"), "\n").unwrap();
    fs::write(folder.path().join("ca.pem"), "no PEM").unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let cases = [
        (
            secured("", &USER.replace("512", "1")),
            vec![
                "8:13 bad-mechanism: `SCRAM-SHA-1` is no mechanism that daebak knows; \
                 expected one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"
                    .to_owned(),
            ],
        ),
        (
            secured("ca = 'ca.pem'", &format!("{USER}{{ file = 'empty' }}")),
            vec![
                format!(
                    "6:6 bad-pem: `{}` is no PEM file; \
                     expected lines between -----BEGIN … and -----END …",
                    path("ca.pem")
                ),
                format!("10:21 empty: `{}` is empty; expected the secret in it", path("empty")),
            ],
        ),
        (
            secured("", &format!("{USER}{{ file = 'absent' }}")),
            vec![format!(
                "10:21 unreadable: `{}` can't be read: No such file or directory (os error 2); \
                 expected a file; paths start at this file's folder",
                path("absent")
            )],
        ),
        (
            secured("", &format!("{USER}{{ env = 'DAEBAK_NO_SUCH_VARIABLE' }}")),
            vec![
                "10:20 unreadable: the variable `DAEBAK_NO_SUCH_VARIABLE` is not set; \
                 expected the secret in it"
                    .to_owned(),
            ],
        ),
        (
            secured("", &format!("{USER}{{}}")),
            vec![
                "10:12 plain-secret: `password` has no source; \
                 expected { file = \"PATH\" } or { env = \"NAME\" }"
                    .to_owned(),
            ],
        ),
        (
            secured("key_password = { env = 'PATH' }", &format!("{USER}{{ env = 'PATH' }}")),
            vec![
                "5:1 missing-key: `key_password` comes without `key`; expected `key` beside it"
                    .to_owned(),
            ],
        ),
    ];
    for (text, mut expected) in cases {
        // The mechanism's case ends in a key without a value.
        let text = text.replace("password = \n", "password = { env = 'PATH' }\n");
        expected.sort();
        let mut found = said(pointed(folder.path(), &text));
        found.sort();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_secret_in_the_file_is_refused_and_never_shown() {
    let forms = [
        ("'hunter2'", "written here for all to read"),
        ("{ text = 'hunter2' }", "unknown key `text`"),
        ("hunter2", "pass"),
        ("{ env = 'PATH' }\npasswrd = 'hunter2'", "did you mean `password`?"),
        ("{ env = 'PATH' }\npassword = 'hunter2'", "duplicate key"),
    ];
    for (form, expected) in forms {
        let printed = service(&secured("", &format!("{USER}{form}"))).unwrap_err().to_string();
        assert!(printed.contains(expected), "{printed}");
        assert!(!printed.contains("hunter2"), "{printed}");
    }
    let inline = format!("{MINIMAL_SERVICE}[limits]\nx = 1\n[kafka]\n")
        .replace("[kafka]\nbrokers", "kafka.sasl = { pasword = 'hunter2' }\nkafka.brokers");
    assert!(!service(&inline).unwrap_err().to_string().contains("hunter2"));
}
