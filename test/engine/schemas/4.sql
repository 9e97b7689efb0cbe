-- A store of schema version 4: an execution that has ended, one that waits for a timer, one with an activity in flight.
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE revisions (
     key INTEGER PRIMARY KEY, revision TEXT NOT NULL UNIQUE, namespace TEXT NOT NULL, name TEXT NOT NULL,
     version TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, text TEXT NOT NULL);
INSERT INTO revisions VALUES(1,'736e2ba6cb24ceaa7c6340fa2192a5b9c781564f097e03127c0a4b71f5843bd0','test','sums','1.0.0','sums.yaml',1,replace('document:\n  dsl: "1.0.3"\n  namespace: test\n  name: sums\n  version: 1.0.0\ndo:\n  - first:\n      set:\n        sum: ${ .a + 1 }\n  - second:\n      set:\n        sum: ${ .sum + 1 }\n','\n',char(10)));
INSERT INTO revisions VALUES(2,'83d579d0e9ab28cb06378cefef33bbc6eee244f4d27cb014b1d2848a11d43d67','test','sleeps','1.0.0','sleeps.yaml',1,replace('document:\n  dsl: "1.0.3"\n  namespace: test\n  name: sleeps\n  version: 1.0.0\ndo:\n  - nap:\n      wait:\n        milliseconds: 1000\n  - after:\n      call: http\n      with:\n        method: get\n        endpoint: http://peer.test/after\n','\n',char(10)));
INSERT INTO revisions VALUES(3,'531ab2469149a156b933172f2ab8101dea98ef6de8559cd7faa28a6aa6e6944e','test','holds','1.0.0','holds.yaml',1,replace('document:\n  dsl: "1.0.3"\n  namespace: test\n  name: holds\n  version: 1.0.0\ndo:\n  - before:\n      call: http\n      with:\n        method: get\n        endpoint: http://peer.test/before\n  - hold:\n      call: http\n      with:\n        method: get\n        endpoint: http://peer.test/hold\n  - after:\n      call: http\n      with:\n        method: get\n        endpoint: http://peer.test/after\n','\n',char(10)));
CREATE TABLE workflows (
     namespace TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, revision INTEGER NOT NULL,
     file TEXT NOT NULL, text TEXT NOT NULL, title TEXT, summary TEXT,
     created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
     PRIMARY KEY (namespace, name, version)) WITHOUT ROWID;
INSERT INTO workflows VALUES('test','sums','1.0.0',1,'sums.yaml',replace('document:\n  dsl: "1.0.3"\n  namespace: test\n  name: sums\n  version: 1.0.0\ndo:\n  - first:\n      set:\n        sum: ${ .a + 1 }\n  - second:\n      set:\n        sum: ${ .sum + 1 }\n','\n',char(10)),NULL,NULL,1000000,1000000);
CREATE TABLE executions (
     key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, status INTEGER NOT NULL,
     due INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, seed INTEGER NOT NULL,
     request TEXT NOT NULL, parent TEXT, parent_key INTEGER, child TEXT, depth INTEGER NOT NULL,
     input TEXT NOT NULL, outcome TEXT, trace TEXT);
INSERT INTO executions VALUES(1,'done',1,6,0,1000000,1000000,1,'NMNGs/BQwVEdgTonWLsNEy0RlGA=',NULL,NULL,NULL,0,'{"a":1}','{"status":"completed","output":{"sum":3}}',NULL);
INSERT INTO executions VALUES(2,'asleep',2,2,0,1000000,NULL,2,'S8wIS7pYW9UTuxcJwSjV9OecZ2I=',NULL,NULL,NULL,0,'{}',NULL,NULL);
INSERT INTO executions VALUES(3,'held',3,1,0,1000000,NULL,3,'l4ijWelvi225qN2As3PGObWdkKs=',NULL,NULL,NULL,0,'{}',NULL,NULL);
CREATE TABLE snapshots (execution INTEGER PRIMARY KEY, position INTEGER NOT NULL, state TEXT NOT NULL);
CREATE TABLE journal (
     position INTEGER PRIMARY KEY, execution INTEGER NOT NULL, at INTEGER NOT NULL, tasks INTEGER NOT NULL,
     event TEXT, records TEXT);
INSERT INTO journal VALUES(1,1,1000000,500,NULL,'[[0,0,null,null],[7,0,"/do/0/first",1],[8,0,0,1],[12,0,0,1],[7,0,"/do/1/second",2],[8,0,0,2],[12,0,0,2],[5,0,null,null]]');
INSERT INTO journal VALUES(2,2,1000000,500,NULL,'[[0,0,null,null],[7,0,"/do/0/nap",1],[8,0,0,1],[6,0,null,null,{"status":"waiting"}]]');
INSERT INTO journal VALUES(3,3,1000000,500,NULL,'[[0,0,null,null],[7,0,"/do/0/before",1],[8,0,0,1]]');
INSERT INTO journal VALUES(4,3,1000000,500,'{"type":"activity-completed","activity":"a1","output":{"ok":true}}','[[12,0,"/do/0/before",1],[7,0,"/do/1/hold",2],[8,0,0,2]]');
CREATE TABLE timers (
     execution INTEGER NOT NULL, timer TEXT NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (execution, timer)) WITHOUT ROWID;
INSERT INTO timers VALUES(2,'t1',1001000);
CREATE TABLE activities (
     execution INTEGER NOT NULL, activity TEXT NOT NULL, task TEXT NOT NULL,
     detached INTEGER NOT NULL, request TEXT NOT NULL, PRIMARY KEY (execution, activity)) WITHOUT ROWID;
INSERT INTO activities VALUES(3,'a2','/do/1/hold',0,'{"kind":"http","method":"get","uri":"http://peer.test/hold","headers":{},"query":{},"output":"content","redirect":false}');
CREATE TABLE deliveries (key INTEGER PRIMARY KEY, execution INTEGER NOT NULL, event TEXT NOT NULL);
CREATE TABLE events (
     position INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL);
CREATE TABLE removals (execution INTEGER PRIMARY KEY);
CREATE INDEX executions_due ON executions (key) WHERE due = 1;
CREATE INDEX journal_of_execution ON journal (execution);
CREATE INDEX timers_by_time ON timers (at);
CREATE UNIQUE INDEX events_once ON events (source, id);
CREATE INDEX executions_of_status ON executions (status);
CREATE INDEX executions_of_revision_and_status ON executions (revision, status);
CREATE INDEX executions_ended ON executions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX revisions_by_name ON revisions (namespace, name);
CREATE INDEX workflows_of_revision ON workflows (revision);
CREATE TABLE writers (position INTEGER PRIMARY KEY, version TEXT NOT NULL);
INSERT INTO writers VALUES(1,'0.1.0');
CREATE INDEX executions_awaited ON executions (parent_key) WHERE parent_key IS NOT NULL AND ended_at IS NULL;
CREATE TABLE secrets (
     name TEXT PRIMARY KEY, value TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)
     WITHOUT ROWID;
INSERT INTO secrets VALUES('token','t0ken',1000000,1000000);
PRAGMA application_id = 1348564844;
PRAGMA user_version = 4;
