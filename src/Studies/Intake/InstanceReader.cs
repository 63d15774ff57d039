using System.Buffers;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Studies;
using CloudPacs.Store.Studies;

namespace CloudPacs.Studies.Intake;

/// <summary>Reads what a received instance says of itself, whichever door it came by (PS3.4 B.2, PS3.18 10.5).</summary>
public static class InstanceReader
{
    private static readonly SearchValues<char> UidCharacters = SearchValues.Create("0123456789.");

    /// <param name="received">The instance.</param>
    /// <param name="request">What its sender said that it is; null for what the data set says.</param>
    /// <param name="defaultAuthority">Authority of patient ids that name none.</param>
    /// <param name="textOf">Its attributes, with their text read as that of its sender.</param>
    /// <returns>What it says, or why that cannot be told; one of them is null.</returns>
    public static (InstanceDetails? Instance, Problem? Fault) Read(
        ReceivedInstance received, InstanceName? request, string? defaultAuthority, Func<InstanceScan, DataSet> textOf)
    {
        ArgumentNullException.ThrowIfNull(received);
        ArgumentNullException.ThrowIfNull(textOf);
        if (received.Scan.Error is { } error) return (null, Fault("STU-020", "Unreadable: " + error));
        var header = textOf(received.Scan);
        if (received.Scan.CutAttributes.Contains(Tags.CurrentRequestedProcedureEvidenceSequence)
            && header.GetString(Tags.SopClassUid) == Uids.KeyObjectSelectionDocumentStorage)
            return (null, Fault("STU-053", "The document lists more instances than can be read"));
        if (Missing(header) is { } missing) return (null, Fault("STU-021", $"{missing} is missing or no UID"));
        // What is sent on names it in headers.
        if (!IsUid(received.Syntax.Uid)) return (null, Fault("STU-021", "TransferSyntaxUID is missing or no UID"));
        var (sopClass, sopInstance) = (header.GetString(Tags.SopClassUid)!, header.GetString(Tags.SopInstanceUid)!);
        if (request is not null && (request.SopClassUid != sopClass || request.SopInstanceUid != sopInstance))
            return (null, Fault("STU-022", "The data set names another class or instance than the request"));
        return (DetailsOf(header, received.Syntax.Uid, BytesOf(received), received.Archive, defaultAuthority), null);
    }

    /// <summary>The same of an instance that another archive lists.</summary>
    /// <param name="header">All that is known of it, text in Unicode.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="defaultAuthority">Authority of patient ids that name none.</param>
    /// <returns>Null when it does not say what it is called.</returns>
    public static InstanceDetails? ReadListed(DataSet header, string archive, string? defaultAuthority)
    {
        ArgumentNullException.ThrowIfNull(header);
        return Missing(header) is not null
            ? null
            : DetailsOf(
                header, header.GetString(Tags.AvailableTransferSyntaxUid) ?? "", InstanceBytes.Elsewhere, archive, defaultAuthority);
    }

    private static InstanceDetails DetailsOf(
        DataSet header, string transferSyntax, InstanceBytes bytes, string? archive, string? defaultAuthority) => new()
        {
            StudyInstanceUid = header.GetString(Tags.StudyInstanceUid)!,
            SeriesInstanceUid = header.GetString(Tags.SeriesInstanceUid)!,
            SopInstanceUid = header.GetString(Tags.SopInstanceUid)!,
            SopClassUid = header.GetString(Tags.SopClassUid)!,
            TransferSyntaxUid = transferSyntax,
            PatientId = ShownNumbers.PatientId(header) is { } id
                ? id.HasAuthority || defaultAuthority is null ? id : id with { Namespace = defaultAuthority }
                : null,
            PerformedStepUid = header.GetItems(Tags.ReferencedPerformedProcedureStepSequence) is [var step, ..]
                ? step.GetString(Tags.ReferencedSopInstanceUid)
                : null,
            Bytes = bytes,
            Archive = archive,
            Header = header,
        };

    private static InstanceBytes BytesOf(ReceivedInstance received)
    {
        if (received.Archive is not null) return InstanceBytes.Elsewhere;
        var (place, scan) = (received.Place, received.Scan);
        return new InstanceBytes(
            place.Pack, place.Offset, place.Length, received.DataSetOffset, (int)Math.Min(scan.HeaderLength, int.MaxValue),
            scan.Digests!.DataSet, scan.Digests.PixelData ?? default, scan.Frames?.Bytes ?? default);
    }

    private static string? Missing(DataSet header)
    {
        foreach (var tag in (ReadOnlySpan<Tag>)[Tags.SopClassUid, Tags.SopInstanceUid, Tags.StudyInstanceUid, Tags.SeriesInstanceUid])
        {
            if (!IsUid(header.GetString(tag))) return DicomDictionary.NameOf(tag);
        }

        return null;
    }

    private static bool IsUid(string? text) => text is { Length: > 0 and <= 64 } uid && !uid.AsSpan().ContainsAnyExcept(UidCharacters);

    private static Problem Fault(string code, string text) => new(code, Severity.Error, null, Field.Whole, text);
}

/// <summary>What a sender says that an instance is.</summary>
/// <param name="SopClassUid">Its class.</param>
/// <param name="SopInstanceUid">Its name.</param>
public sealed record InstanceName(string SopClassUid, string SopInstanceUid);
