using CloudPacs.Dicom;

namespace CloudPacs.DicomWeb.Storing;

/// <summary>What became of one part, or one instance, of a store request.</summary>
/// <param name="SopClassUid">Null when it could not be read.</param>
/// <param name="SopInstanceUid">Null when it could not be read.</param>
public sealed record StoreOutcome(string? SopClassUid, string? SopInstanceUid)
{
    /// <summary>What is of a media type that is not stored.</summary>
    public bool IsUnsupported { get; private init; }

    public string? StudyInstanceUid { get; init; }

    public string? SeriesInstanceUid { get; init; }

    /// <summary>Why it was not stored (<see cref="StoreReasons"/>); null when it was.</summary>
    public ushort? Failure { get; init; }

    /// <summary>The same in words, of the instance at hand and without any value of it; null for those of the reason.</summary>
    public string? Comment { get; init; }

    /// <summary>A reservation with which it was stored; null for none.</summary>
    public ushort? Warning { get; init; }

    /// <summary>
    /// What changed values were before: an item of Original Attributes Sequence (PS3.3 C.12.1.1.9.1); null when nothing was changed.
    /// </summary>
    public DataSet? Originals { get; init; }

    /// <summary>What is no instance that could be named.</summary>
    public static StoreOutcome Unreadable(string comment) =>
        new(null, null) { Failure = StoreReasons.CannotUnderstand, Comment = comment };

    /// <param name="part">Its number in the body, from 1.</param>
    public static StoreOutcome Unsupported(int part) => Unsupported($"Part {part}: its media type is not stored here");

    public static StoreOutcome Unsupported(string comment) => Unreadable(comment) with { IsUnsupported = true };
}
