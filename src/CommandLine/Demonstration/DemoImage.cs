using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;

namespace CloudPacs.CommandLine.Demonstration;

/// <summary>A CT image of others, under the numbers of the demonstration's order: as a console takes them from its worklist.</summary>
internal static class DemoImage
{
    public const string StudyInstanceUid = "1.2.826.0.1.3680043.10.1.9999.1.1";
    public const string SeriesInstanceUid = "1.2.826.0.1.3680043.10.1.9999.3";

    /// <summary>The performed step that made it.</summary>
    public const string PerformedStepUid = "1.2.826.0.1.3680043.10.1.9999.2";

    private const string SopInstanceUid = SeriesInstanceUid + ".1";

    /// <summary>Where it is below the root of DICOMweb services.</summary>
    public const string Path = $"studies/{StudyInstanceUid}/series/{SeriesInstanceUid}/instances/{SopInstanceUid}";

    /// <summary>Sends it by C-STORE.</summary>
    /// <returns>The status of the answer.</returns>
    /// <exception cref="DicomNetworkException">It was not taken.</exception>
    public static async Task<ushort> SendAsync(DicomClientOptions console, TimeProvider clock, CancellationToken cancellationToken)
    {
        var dataSet = Create();
        var sopClass = dataSet.GetString(Tags.SopClassUid)!;
        var bytes = new ArrayBufferWriter<byte>();
        DataSetWriter.Write(dataSet, TransferSyntax.ExplicitVrLittleEndian, bytes, SpecificCharacterSet.Default);
        await using var client = await DicomClient.ConnectAsync(
            console with { Contexts = [ProposedContext.LittleEndian(sopClass)] }, clock, cancellationToken);
        var reader = PipeReader.Create(new ReadOnlySequence<byte>(bytes.WrittenMemory));
        var status = await client.StoreAsync(
            sopClass, SopInstanceUid, TransferSyntax.ExplicitVrLittleEndian, reader, cancellationToken);
        await reader.CompleteAsync();
        await client.ReleaseAsync(cancellationToken);
        return status.Status;
    }

    private static DataSet Create()
    {
        using var file = typeof(DemoImage).Assembly.GetManifestResourceStream("ct-small.dcm")!;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var now = TimeProvider.System.GetLocalNow();
        var dataSet = Part10.Read(bytes).DataSet.Copy();
        dataSet.Remove(Tags.OtherPatientIdsSequence);
        dataSet.Remove(Tags.TimezoneOffsetFromUtc);
        return dataSet.Set(Tags.StudyDate, now.ToString("yyyyMMdd", CultureInfo.InvariantCulture))
            .Set(Tags.StudyTime, now.ToString("HHmmss", CultureInfo.InvariantCulture))
            .Set(Tags.PatientName, "SHARMA^RAHUL^K^^MR").Set(Tags.PatientId, "20001").Set(Tags.IssuerOfPatientId, "MERCY")
            .Set(Tags.PatientBirthDate, "19800203").Set(Tags.PatientSex, "M").Set(Tags.AccessionNumber, "ACC10001")
            .Set(Tags.StudyInstanceUid, StudyInstanceUid).Set(Tags.SeriesInstanceUid, SeriesInstanceUid)
            .SetSequence(Tags.ReferencedPerformedProcedureStepSequence, new DataSet()
                .Set(Tags.ReferencedSopClassUid, Uids.ModalityPerformedProcedureStep).Set(Tags.ReferencedSopInstanceUid, PerformedStepUid))
            .Set(Tags.SopInstanceUid, SopInstanceUid).Set(Tags.StudyDescription, "CT Chest").Set(Tags.SeriesDescription, "CHEST");
    }
}
