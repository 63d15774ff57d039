namespace CloudPacs.Mapping.Targets;

/// <summary>What happens to a text that is longer than its target allows (mapping.md e.4 "limit").</summary>
internal enum LimitKind { Cut, Reject, Surrogate, Split }
