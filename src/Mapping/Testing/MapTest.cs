using CloudPacs.Dicom;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Loading;

namespace CloudPacs.Mapping.Testing;

/// <summary>One test of a map: a message, and what must come out of it.</summary>
internal sealed record MapTest(string Name, Position At)
{
    /// <summary>The sender that the test is for; null = the one that the message resolves to.</summary>
    public string? Map { get; init; }

    /// <summary>The message, lines ended by CR; null when it stands in <see cref="MessageFile"/>.</summary>
    public string? Message { get; init; }

    /// <summary>A file beside the test, path below the mapping directory.</summary>
    public string? MessageFile { get; init; }

    /// <summary>Messages (files) or tests (names of files without extension) that are sent first; each must get AA.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>
    /// What a modality then says of a performed step, as attributes by paths: the first report creates it, each further one changes it.
    /// </summary>
    public IReadOnlyList<DataSet> Performed { get; init; } = [];

    /// <summary>The destination that is told, and whose messages are compared; null when the test is of a sender.</summary>
    public string? Destination { get; init; }

    /// <summary>Receive time and clock of the run.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>What the test lays over the files.</summary>
    public MapOverrides? Config { get; init; }

    public required MapTestExpectation Expect { get; init; }
}
