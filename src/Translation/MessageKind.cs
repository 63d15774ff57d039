namespace CloudPacs.Translation;

/// <summary>What kind of commands a message is.</summary>
internal enum MessageKind { Unsupported, Order, Patient, Schedule, Report }
