using System.Buffers;
using CloudPacs.Dicom;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>A rejection note (IHE RAD TF-2 4.66) as an image manager or a modality sends it.</summary>
/// <param name="Title">Code value of its title.</param>
/// <param name="Rejected">What it lists.</param>
internal sealed record SentNote(string Title, params IReadOnlyList<SentImage> Rejected)
{
    public string Instance => Rejected[0].Study + ".99.1." + Title;

    public byte[] File()
    {
        var first = Rejected[0];
        var studies = Rejected.GroupBy(static image => image.Study).Select(static study => new DataSet().Set(Tags.StudyInstanceUid, study.Key).SetSequence(
            Tags.ReferencedSeriesSequence,
            [
                .. study.GroupBy(static image => image.Series).Select(static series => new DataSet().Set(Tags.SeriesInstanceUid, series.Key).SetSequence(
                    Tags.ReferencedSopSequence,
                    [
                        .. series.Select(static image => new DataSet().Set(Tags.ReferencedSopClassUid, Uids.SecondaryCaptureImageStorage)
                            .Set(Tags.ReferencedSopInstanceUid, image.Instance)),
                    ])),
            ]));
        var dataSet = new DataSet()
            .Set(Tags.SopClassUid, Uids.KeyObjectSelectionDocumentStorage).Set(Tags.SopInstanceUid, Instance).Set(Tags.StudyDate, first.Date).Set(Tags.StudyTime, "093500")
            .Set(Tags.Modality, "KO").Set(Tags.PatientName, first.Name).Set(Tags.PatientId, first.PatientId).Set(Tags.StudyInstanceUid, first.Study)
            .Set(Tags.SeriesInstanceUid, first.Study + ".99").Set(Tags.SeriesNumber, "99").Set(Tags.InstanceNumber, "1")
            .SetSequence(Tags.ConceptNameCodeSequence, new DataSet().Set(Tags.CodeValue, Title).Set(Tags.CodingSchemeDesignator, "DCM").Set(Tags.CodeMeaning, "Rejected"))
            .SetSequence(Tags.CurrentRequestedProcedureEvidenceSequence, [.. studies]);
        if (first.Issuer is not null) dataSet.Set(Tags.IssuerOfPatientId, first.Issuer);
        var bytes = new ArrayBufferWriter<byte>();
        var meta = Part10.CreateMeta(Uids.KeyObjectSelectionDocumentStorage, Instance, TransferSyntax.ExplicitVrLittleEndian);
        Part10.Write(meta, dataSet, bytes, SpecificCharacterSet.Default);
        return bytes.WrittenSpan.ToArray();
    }
}
