namespace CloudPacs.Studies.Archives;

/// <summary>Why another archive does not give what it was asked for.</summary>
public enum ForeignArchiveFault
{
    /// <summary>No connection, or it broke.</summary>
    Unreachable,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>It says that it does not have it.</summary>
    NotThere,

    /// <summary>It answers that it cannot or will not, or with what cannot be read.</summary>
    Refused,
}

/// <summary>Another archive does not give what it was asked for; the text names the archive and nothing of patients.</summary>
public sealed class ForeignArchiveException(ForeignArchiveFault fault, string message, Exception? inner = null)
    : IOException(message, inner)
{
    public ForeignArchiveFault Fault { get; } = fault;
}
