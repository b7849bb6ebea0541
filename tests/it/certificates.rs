//! A server that poses as another one: the program sends it nothing, because no authority that the system trusts has signed its certificate.

use crate::server::self_signed;
use crate::starcite::Starcite;
use rustls::ServerConnection;
use std::io::Read;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

/// A server on this machine; returns the data that each connection sent after the handshake, or the reason why it failed.
fn impostor() -> (String, Receiver<Result<Vec<u8>, String>>) {
    let (config, _) = self_signed(&["localhost", "127.0.0.1"]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut sent = vec![0; 4_096];
            let heard = rustls::Stream::new(&mut tls, &mut stream).read(&mut sent).map_err(|error| error.to_string());
            if tell.send(heard.map(|length| sent[..length].to_vec())).is_err() {
                return;
            }
        }
    });
    (url, told)
}

#[test]
fn nothing_is_sent_to_a_server_whose_certificate_nobody_has_signed() {
    let live = "name = \"test\"\n[[source]]\nkind = \"KIND\"\n";
    let pipelines = [
        ("--openalex-url", live.replace("KIND", "openalex")),
        ("--arxiv-oai-url", live.replace("KIND", "arxiv-oai")),
        ("--hf-url", live.replace("KIND", "hf-daily")),
        ("--arxiv-api-url", live.replace("KIND", "arxiv-atom") + "ids = [\"2401.00001\"]\n"),
        ("--github-url", "name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n".to_owned()),
        ("--hf-url", "name = \"test\"\n[[source]]\nkind = \"jsonl\"\nurl = \"URL/papers.jsonl\"\n".to_owned()),
    ];
    for (flag, pipeline) in pipelines {
        let (url, told) = impostor();
        let starcite = Starcite::new().with_token("hush");
        starcite.write("papers.jsonl", "{\"id\": \"t:1\", \"title\": \"T\", \"abstract\": \"https://github.com/a/b\"}\n");
        starcite.write("pipeline.toml", pipeline.replace("URL", &url));
        let mut command = starcite.command(&["run", "pipeline.toml", flag, &url, "--source-pause-ms", "0"]);
        let ended = command.env("OPENALEX_API_KEY", "hush").output().unwrap();
        assert!(!ended.status.success(), "{flag}");
        let heard: Vec<_> = told.try_iter().collect();
        assert!(!heard.is_empty(), "{flag}: the server was asked: {}", String::from_utf8_lossy(&ended.stderr));
        assert!(heard.iter().all(|heard| heard.as_ref().map_or(true, Vec::is_empty)), "{flag}: {heard:?}");
    }
}
