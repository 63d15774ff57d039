using CloudPacs.Dicom;

namespace CloudPacs.Studies.Archives;

/// <summary>
/// An archive that exists beside this one, asked over DICOMweb or by associations. What it does not give is a
/// <see cref="ForeignArchiveException"/>.
/// </summary>
public interface IForeignArchive
{
    string Name { get; }

    /// <summary>The studies of some days, or one study.</summary>
    Task<IReadOnlyList<ListedStudy>> ListAsync(StudyKey key, CancellationToken cancellationToken);

    /// <summary>
    /// The instances of a study, each with all that is known of it, its series and its study; text in Unicode. None when it has no such
    /// study.
    /// </summary>
    IAsyncEnumerable<DataSet> DescribeAsync(string studyInstanceUid, CancellationToken cancellationToken);

    /// <summary>Gives an instance as a DICOM file, while it comes.</summary>
    /// <param name="instance">Which.</param>
    /// <param name="read">Reads the file to its end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task FetchAsync(InstanceUids instance, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken);
}

/// <summary>What studies are listed by.</summary>
/// <param name="From">First study date; null with a UID.</param>
/// <param name="To">Last study date; null: there is no end.</param>
/// <param name="StudyInstanceUid">One study; null with dates.</param>
public sealed record StudyKey(DateOnly? From, DateOnly? To, string? StudyInstanceUid = null)
{
    /// <summary>The dates as a range of DICOM (PS3.4 C.2.2.2.5).</summary>
    public string Range => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{From:yyyyMMdd}-{To:yyyyMMdd}");
}

/// <summary>A study as it stands in a list.</summary>
/// <param name="StudyInstanceUid">Its UID.</param>
/// <param name="Day">Study Date; null when it has none.</param>
/// <param name="Instances">Number of Study Related Instances; null when the archive does not say.</param>
public sealed record ListedStudy(string StudyInstanceUid, DateOnly? Day, int? Instances);

/// <summary>What an instance is called.</summary>
public sealed record InstanceUids(string Study, string Series, string Instance);
