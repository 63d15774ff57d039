using System.Buffers;
using System.Buffers.Binary;
using CloudPacs.Dicom;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>An image as a modality makes it, with what it says of patient and order.</summary>
internal sealed record SentImage(string Study, string PatientId)
{
    public string Series { get => field ?? Study + ".1"; init; }

    public string Instance { get => field ?? Series + ".1"; init; }

    /// <summary>Of the patient id; null when it names none.</summary>
    public string? Issuer { get; init; } = "MERCY";

    public string? Accession { get; init; }

    /// <summary>Of the accession number; null when it names none.</summary>
    public string? AccessionIssuer { get; init; }

    /// <summary>Number of the visit; null when it names none.</summary>
    public string? Admission { get; init; }

    /// <summary>Of that number; null when it names none.</summary>
    public string? AdmissionIssuer { get; init; }

    public string Name { get; init; } = "STUDY^SUE";

    public string? BirthDate { get; init; }

    /// <summary>SOP Instance UID of the performed step that made it.</summary>
    public string? PerformedStep { get; init; }

    public string? Comments { get; init; }

    public string? PatientComments { get; init; }

    /// <summary>Why it was asked for, with a code; null when it does not say.</summary>
    public string? Reason { get; init; }

    /// <summary>Study Date.</summary>
    public string Date { get; init; } = "20261201";

    /// <summary>What all pixels are.</summary>
    public byte Pixel { get; init; } = 7;

    public int Rows { get; init; } = 16;

    public string Path => $"studies/{Study}/series/{Series}/instances/{Instance}";

    public DataSet DataSet()
    {
        var dataSet = new DataSet()
            .Set(Tags.SopClassUid, Uids.SecondaryCaptureImageStorage).Set(Tags.SopInstanceUid, Instance).Set(Tags.StudyDate, Date).Set(Tags.StudyTime, "093500")
            .Set(Tags.Modality, "CT").Set(Tags.PatientName, Name).Set(Tags.PatientId, PatientId).Set(Tags.StudyInstanceUid, Study)
            .Set(Tags.SeriesInstanceUid, Series).Set(Tags.SeriesNumber, "1").Set(Tags.InstanceNumber, "1").Set(Tags.PhotometricInterpretation, "MONOCHROME2");
        foreach (var (tag, value) in new[]
        {
            (Tags.SamplesPerPixel, 1), (Tags.Rows, Rows), (Tags.Columns, 16), (Tags.BitsAllocated, 8), (Tags.BitsStored, 8), (Tags.HighBit, 7), (Tags.PixelRepresentation, 0),
        })
        {
            var bytes = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
            dataSet.SetBytes(tag, VR.US, bytes);
        }

        if (Issuer is not null) dataSet.Set(Tags.IssuerOfPatientId, Issuer);
        if (BirthDate is not null) dataSet.Set(Tags.PatientBirthDate, BirthDate);
        if (PerformedStep is not null)
            dataSet.SetSequence(Tags.ReferencedPerformedProcedureStepSequence, new DataSet().Set(Tags.ReferencedSopClassUid, Uids.ModalityPerformedProcedureStep).Set(Tags.ReferencedSopInstanceUid, PerformedStep));
        if (PatientComments is not null) dataSet.Set(Tags.PatientComments, VR.LT, PatientComments);
        if (Reason is not null)
        {
            dataSet.SetSequence(Tags.RequestAttributesSequence, new DataSet().Set(Tags.ReasonForTheRequestedProcedure, Reason).SetSequence(
                Tags.ReasonForRequestedProcedureCodeSequence,
                new DataSet().Set(Tags.CodeValue, "49727002").Set(Tags.CodingSchemeDesignator, "SCT").Set(Tags.CodeMeaning, "Cough")));
        }

        if (Comments is not null) dataSet.Set(new Tag(0x0020, 0x4000), VR.LT, Comments);
        if (Accession is not null) dataSet.Set(Tags.AccessionNumber, Accession);
        if (AccessionIssuer is not null)
            dataSet.SetSequence(Tags.IssuerOfAccessionNumberSequence, new DataSet().Set(Tags.LocalNamespaceEntityId, AccessionIssuer));
        if (Admission is not null) dataSet.Set(Tags.AdmissionId, Admission);
        if (AdmissionIssuer is not null)
            dataSet.SetSequence(Tags.IssuerOfAdmissionIdSequence, new DataSet().Set(Tags.LocalNamespaceEntityId, AdmissionIssuer));
        var pixels = new byte[Rows * 16];
        pixels.AsSpan().Fill(Pixel);
        return dataSet.SetBytes(Tags.PixelData, VR.OB, pixels);
    }

    public byte[] File()
    {
        var bytes = new ArrayBufferWriter<byte>();
        Part10.Write(Part10.CreateMeta(Uids.SecondaryCaptureImageStorage, Instance, TransferSyntax.ExplicitVrLittleEndian), DataSet(), bytes, SpecificCharacterSet.Default);
        return bytes.WrittenSpan.ToArray();
    }
}
