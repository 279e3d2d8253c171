-- One row per audit, per form of it, per finding of the form. Days are ISO dates, nothing is updated later.
CREATE TABLE audits (
    audit       INTEGER PRIMARY KEY,  -- counts from 1
    audited_on  DATE NOT NULL,
    source      VARCHAR NOT NULL,     -- the paths that were audited
    version     VARCHAR NOT NULL,     -- of the tool
    rulebook    VARCHAR NOT NULL,     -- hash of the rules
    profile     VARCHAR NOT NULL
);
CREATE TABLE forms (
    audit       INTEGER NOT NULL,
    number      INTEGER NOT NULL,     -- position in the audit, from 1
    file        VARCHAR NOT NULL,
    form        INTEGER NOT NULL,     -- position in the file, from 1
    project     VARCHAR,
    unit        VARCHAR,
    department  VARCHAR,
    year        VARCHAR,
    verdict     VARCHAR NOT NULL,     -- return, explain, pass
    PRIMARY KEY (audit, number)
);
CREATE TABLE findings (
    audit       INTEGER NOT NULL,
    number      INTEGER NOT NULL,     -- of the form
    rule        VARCHAR NOT NULL,
    severity    VARCHAR NOT NULL,     -- error, warning, advice
    fingerprint VARCHAR NOT NULL,
    cell        VARCHAR,              -- JSON Pointer of the most suspect cell
    cause       VARCHAR,              -- code of the probable slip
    waived      BOOLEAN NOT NULL
);
