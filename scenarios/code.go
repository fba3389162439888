package scenarios

// Code names a kind of problem. Codes are stable: they stand in docs/diagnostics.md.
type Code string

// The codes of problems with a file as such.
const (
	CodeFileNotFound   Code = "file-not-found"
	CodeFileUnreadable Code = "file-unreadable"
	CodeFileTooLarge   Code = "file-too-large"
	CodeTooMuch        Code = "too-much"
	CodeNotText        Code = "not-text"
	CodeEmptyFile      Code = "empty-file"
	CodeTwoDocuments   Code = "two-documents"
	CodeSyntax         Code = "yaml-syntax"
	CodeTab            Code = "tab-indentation"
	CodeUnquoted       Code = "unquoted-placeholder"
	CodeTooDeep        Code = "too-deep"
	CodeUnknownAnchor  Code = "unknown-anchor"
	CodeAliasCycle     Code = "alias-cycle"
	CodeAliasExpansion Code = "alias-expansion"
	CodeBadMerge       Code = "bad-merge"
	CodeYAMLTag        Code = "yaml-tag"
	CodeDuplicateKey   Code = "duplicate-key"
	CodeDefect         Code = "internal-defect"
)

// The codes of problems with includes.
const (
	CodeIncludeNotFound Code = "include-not-found"
	CodeIncludeCycle    Code = "include-cycle"
	CodeIncludeOutside  Code = "include-outside"
	CodeUnknownPack     Code = "unknown-pack"
	CodeMainFileOnly    Code = "main-file-only"
	CodeEmptyGlob       Code = "empty-include"
	CodeLeftOut         Code = "left-out"
	CodeNoScenarios     Code = "no-scenarios"
	CodeStaleSchema     Code = "stale-schema"
)

// The codes of keys and values.
const (
	CodeUnknownKey     Code = "unknown-key"
	CodeMissingKey     Code = "missing-key"
	CodeWrongType      Code = "wrong-type"
	CodeEmptyValue     Code = "empty-value"
	CodeUnknownStatus  Code = "unknown-status"
	CodeUnknownWord    Code = "unknown-word"
	CodeBadVersion     Code = "unknown-version"
	CodeBadNumber      Code = "bad-number"
	CodeBadBoolean     Code = "bad-boolean"
	CodeBadDuration    Code = "bad-duration"
	CodeBadPercent     Code = "bad-percent"
	CodeBadRange       Code = "bad-range"
	CodeBadPattern     Code = "bad-pattern"
	CodeBadName        Code = "bad-name"
	CodeBadSecret      Code = "bad-secret"
	CodeBadServer      Code = "bad-server-setting"
	CodeEmptyMatcher   Code = "empty-matcher"
	CodeBadHTTPStatus  Code = "bad-http-status"
	CodeBadHeader      Code = "bad-header"
	CodeBadProbability Code = "bad-probability"
	CodeBadWebhook     Code = "bad-webhook"
	CodeBadTOTP        Code = "bad-totp"
	CodeBadLanguage    Code = "bad-language"
	CodeNoLanguage     Code = "no-language"

	CodeBadFor              Code = "bad-for"
	CodeTooManyCombinations Code = "too-many-combinations"
	CodeUnusedVariable      Code = "unused-variable"
	CodeBadCode             Code = "bad-code"
)

// The codes of names that do not fit together.
const (
	CodeDuplicateName      Code = "duplicate-name"
	CodeUnknownStep        Code = "unknown-step"
	CodeUnknownImport      Code = "unknown-import"
	CodeUnknownBank        Code = "unknown-bank"
	CodeUnknownProcedure   Code = "unknown-procedure"
	CodeUnknownField       Code = "unknown-field"
	CodeUnknownPlaceholder Code = "unknown-placeholder"
	CodeUnknownScenario    Code = "unknown-scenario"
	CodeLikeCircle         Code = "like-circle"
	CodeGotoCircle         Code = "goto-circle"
)

// The codes of flows and imports that make no sense.
const (
	CodeNoEvent        Code = "no-event"
	CodeTwoEvents      Code = "two-events"
	CodeConflict       Code = "conflicting-keys"
	CodeAfterEnd       Code = "after-the-end"
	CodeRedirectUnfit  Code = "misplaced-redirect"
	CodeBadURL         Code = "bad-url"
	CodeErrorUnfit     Code = "misplaced-error"
	CodeTimedCircle    Code = "timed-circle"
	CodeCountByTime    Code = "count-by-time"
	CodeNoExhausted    Code = "attempts-without-end"
	CodeProgressFalls  Code = "progress-falls"
	CodeImportNoEnd    Code = "import-without-end"
	CodeSuccessNot100  Code = "success-below-100"
	CodePointsAfterEnd Code = "point-after-end"
	CodeAwaitUnfit     Code = "await-without-question"
	CodeNoPicture      Code = "no-picture"
	CodeBadPicture     Code = "bad-picture"
	CodeShapesNothing  Code = "shapes-nothing"
)

// The codes of conditions.
const (
	CodeConditionUnfit Code = "misplaced-condition"
	CodeBadTime        Code = "bad-time"
	CodeUnknownSwitch  Code = "unknown-switch"
	CodeUnusedSwitch   Code = "unused-switch"
	CodeScopeUnknown   Code = "unknown-scope"
	CodeNoSuchScenario Code = "no-such-scenario"
	CodeNoSuchCounter  Code = "no-such-counter"
	CodeNoSuchEvent    Code = "no-such-event"
)

// The codes of declared apis.
const (
	CodeUnknownPath     Code = "unknown-path"
	CodeBadRoute        Code = "bad-route"
	CodeRouteTaken      Code = "route-taken"
	CodeDataCircle      Code = "data-circle"
	CodeSecretKept      Code = "secret-kept"
	CodeWordLacks       Code = "word-lacks"
	CodeNoAnswer        Code = "no-answer"
	CodeUnknownDecision Code = "unknown-decision"
)

// The codes of what the linter warns of.
const (
	CodeNeverMatches       Code = "never-matches"
	CodeNeverFires         Code = "never-fires"
	CodeNeverPlayed        Code = "never-played"
	CodeWaitsForever       Code = "waits-for-ever"
	CodeImportForever      Code = "import-for-ever"
	CodeNoCatchAll         Code = "no-catch-all"
	CodeUnnamedBank        Code = "unnamed-bank"
	CodeUnusedStep         Code = "unused-step"
	CodeUnusedImport       Code = "unused-import"
	CodeLiteralPlaceholder Code = "literal-placeholder"
	CodeUnknownCode        Code = "unknown-code"
	CodeLiteralPattern     Code = "literal-pattern"
	CodeHidden             Code = "hidden-character"
	CodeEmptyPicture       Code = "empty-picture"
	CodeUnusedDecision     Code = "unused-decision"
)
