using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.EndToEnd.Tests.Querying;

/// <summary>500 studies of 160 patients, always the same: what queries are made from, and put to.</summary>
internal static class SampleStudies
{
    public const int Count = 500;

    public const string Root = "1.2.826.0.1.3680043.10.9.";

    private static readonly string[] Families =
    [
        "SHARMA", "Sharma", "SHARMAN", "DOE", "Müller", "O'NEIL", "VAN DER BERG", "GARCÍA", "Ågren", "Şahin", "SMITH-JONES", "Iyer", "Nguyễn", "Dvořák", "ROSSI", "X",
    ];

    private static readonly string[] Givens = ["JOHN", "Jane", "RAHUL^KUMAR^MR", "José", "EVA", "ANITA", "", "ZOË", "PAT^Q", "李"];

    private static readonly string[] Modalities = ["CT", "MR", "US", "CR", "MG", "NM"];

    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["CT"] = "1.2.840.10008.5.1.4.1.1.2", ["MR"] = "1.2.840.10008.5.1.4.1.1.4", ["US"] = "1.2.840.10008.5.1.4.1.1.6.1", ["CR"] = "1.2.840.10008.5.1.4.1.1.1",
        ["MG"] = "1.2.840.10008.5.1.4.1.1.1.2", ["NM"] = "1.2.840.10008.5.1.4.1.1.20", ["SR"] = "1.2.840.10008.5.1.4.1.1.88.11",
    };

    private static readonly string[] Descriptions = ["CT Chest", "Chest CT w/o contrast", "BRAIN", "Brain MRI", "Knee left", "Abdomen (upper)", "Schädel", "", "50% dose", "MAMMO_SCREEN"];

    private static readonly string[] Parts = ["CHEST", "BRAIN", "KNEE", "ABDOMEN", ""];

    private static readonly string[] Physicians = ["HOUSE^GREGORY", "House^Gregory", "IYER^SURESH^^DR", "", "Weiß^Anna", "山田^太郎"];

    /// <summary>The instances, one data set each.</summary>
    public static IReadOnlyList<DataSet> All { get; } = [.. Create()];

    public static byte[] FileOf(DataSet instance)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Part10.Write(
            Part10.CreateMeta(instance.GetString(Tags.SopClassUid)!, instance.GetString(Tags.SopInstanceUid)!, TransferSyntax.ExplicitVrLittleEndian), instance, bytes,
            SpecificCharacterSet.Utf8);
        return bytes.WrittenSpan.ToArray();
    }

    private static IEnumerable<DataSet> Create()
    {
        var random = new Random(20_261_130);
        string Of(string[] values) => values[random.Next(values.Length)];
        string Day(int from, int to) => new DateTime(from, 1, 1).AddDays(random.Next((to - from) * 365)).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        string Clock() => $"{random.Next(24):00}{random.Next(60):00}{random.Next(60):00}";
        string Rarely(string value, int oneIn) => random.Next(oneIn) == 0 ? "" : value;

        var patients = Enumerable.Range(1, 160).Select(number => new DataSet()
            .Set(Tags.SpecificCharacterSet, "ISO_IR 192")
            .Set(Tags.PatientId, number % 9 == 0 ? $"00{number}" : number % 7 == 0 ? $"p{number}" : $"{10_000 + number}")
            .SetText(Tags.PatientName, number switch
            {
                7 => "YAMADA^TAROU=山田^太郎=やまだ^たろう",
                8 => "HONG^GILDONG=洪^吉洞=홍^길동",
                9 => "",
                10 => "山本^花子",
                _ => $"{Of(Families)}^{Of(Givens)}".TrimEnd('^'),
            })
            .SetText(Tags.PatientBirthDate, Rarely(Day(1930, 2020), 12)).SetText(Tags.PatientSex, Rarely(Of(["F", "M", "O"]), 12))).ToArray();

        for (var study = 1; study <= Count; study++)
        {
            var patient = patients[random.Next(patients.Length)];
            var uid = $"{Root}{study}";
            var ofStudy = patient.Copy().Set(Tags.StudyInstanceUid, uid)
                .SetText(Tags.StudyDate, Rarely(Day(2023, 2026), 15)).SetText(Tags.StudyTime, Rarely(study % 11 == 0 ? Clock() + ".250" : study % 13 == 0 ? Clock()[..4] : Clock(), 15))
                .SetText(Tags.AccessionNumber, Rarely(study % 10 == 0 ? $"acc{study:00000}" : $"ACC{study:00000}", 20)).SetText(Tags.StudyId, $"{random.Next(1, 60)}")
                .SetText(Tags.StudyDescription, Of(Descriptions)).SetText(Tags.ReferringPhysicianName, Of(Physicians)).SetText(Tags.InstitutionName, Of(["MERCY", "Mercy West", ""]));
            if (study % 3 == 0)
            {
                ofStudy.SetSequence(Tags.ProcedureCodeSequence, new DataSet()
                    .Set(Tags.CodeValue, Of(["RPID16", "RPID145"])).Set(Tags.CodingSchemeDesignator, Of(["RADLEX", "99X"])).Set(Tags.CodeMeaning, "a procedure"));
            }

            var modality = Of(Modalities);
            var several = random.Next(4);
            for (var series = 1; series <= (several == 0 ? 2 : 1); series++)
            {
                var own = series == 1 ? modality : Of([.. Modalities, "SR"]);
                var ofSeries = ofStudy.Copy().Set(Tags.SeriesInstanceUid, $"{uid}.{series}").Set(Tags.Modality, own).SetText(Tags.SeriesNumber, $"{series + (study % 5)}")
                    .SetText(Tags.SeriesDescription, Of(["AXIAL", "Axial 5mm", "loc", ""])).SetText(Tags.BodyPartExamined, Of(Parts)).SetText(Tags.ProtocolName, Of(["ROUTINE", "Routine chest", ""]))
                    .SetText(Tags.SeriesDate, ofStudy.GetString(Tags.StudyDate) ?? "").SetText(Tags.SeriesTime, Rarely(Clock(), 10)).SetText(Tags.StationName, $"{own}{random.Next(1, 4)}")
                    .SetText(Tags.Manufacturer, Of(["ACME", "Acme Ltd"])).SetText(Tags.PerformedProcedureStepStartDate, Rarely(Day(2023, 2026), 3))
                    .SetText(Tags.PerformedProcedureStepStartTime, Rarely(Clock(), 3));
                if (own is "MG") ofSeries.Set(Tags.Laterality, Of(["L", "R"]));
                if (study % 4 == 0)
                {
                    ofSeries.SetSequence(Tags.RequestAttributesSequence, new DataSet()
                        .Set(Tags.ScheduledProcedureStepId, $"SPS{study}").Set(Tags.RequestedProcedureId, $"RP{study / 8}"));
                }

                for (var image = 1; image <= (study % 6 == 0 ? 3 : 1); image++)
                {
                    var instance = ofSeries.Copy().Set(Tags.SopClassUid, Classes[own]).Set(Tags.SopInstanceUid, $"{uid}.{series}.{image}").Set(Tags.InstanceNumber, $"{image}")
                        .SetText(Tags.ContentDate, ofStudy.GetString(Tags.StudyDate) ?? "").SetText(Tags.ContentTime, Clock());
                    if (own is "NM") instance.Set(Tags.NumberOfFrames, $"{10 * image}");
                    if (own is not "SR")
                    {
                        SetNumber(instance, Tags.Rows, 4 * image);
                        SetNumber(instance, Tags.Columns, 8);
                        SetNumber(instance, Tags.BitsAllocated, 8);
                    }

                    yield return instance;
                }
            }
        }
    }

    private static DataSet SetText(this DataSet dataSet, Tag tag, string value) => value.Length > 0 ? dataSet.Set(tag, value) : dataSet.SetEmpty(tag);

    private static void SetNumber(DataSet dataSet, Tag tag, int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        dataSet.SetBytes(tag, VR.US, bytes);
    }
}
