using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CloudPacs.Dicom;

namespace CloudPacs.Protocols.Tests.Dicom;

/// <summary>Makes data sets with every representation and with text of one character set, in the form in which reading gives values.</summary>
internal sealed class DataSetSource(Random random, SpecificCharacterSet set)
{
    private static readonly ConcurrentDictionary<string, string[]> Pools = new();
    private static readonly Tag[] Known =
    [
        Tags.Modality, Tags.AccessionNumber, Tags.ReferringPhysicianName, Tags.InstitutionAddress, Tags.PatientName,
        Tags.PatientId, Tags.PatientBirthDate, Tags.PatientWeight, Tags.PatientAge, Tags.Allergies,
        Tags.PregnancyStatus, Tags.PatientComments, Tags.StudyInstanceUid, Tags.SeriesNumber, Tags.ReasonForVisit,
        Tags.ScheduledStationAeTitle, Tags.ScheduledProcedureStepStartTime, Tags.LongCodeValue, Tags.UrnCodeValue,
        Tags.FrameIncrementPointer, Tags.AcquisitionDateTime, new Tag(0x0018, 0x9073), new Tag(0x0008, 0x2130),
        new Tag(0x0018, 0x6020), new Tag(0x0018, 0x9220), new Tag(0x0066, 0x0016), new Tag(0x6000, 0x3000),
        Tags.EncapsulatedDocument, new Tag(0x0018, 0x9461), new Tag(0x0028, 0x9001),
    ];

    private readonly string[] _pool = Pools.GetOrAdd(string.Join('\\', set.DefinedTerms), _ => BuildPool(set));

    public DataSet Next(int depth = 0)
    {
        var dataSet = new DataSet();
        for (var i = random.Next(10); i > 0; i--)
        {
            var tag = Known[random.Next(Known.Length)];
            dataSet.Add(Element(tag, DicomDictionary.VrOf(tag)));
        }

        if (depth < 3 && random.Next(2) == 0)
            dataSet.SetSequence(Tags.ScheduledProcedureStepSequence, [.. Enumerable.Range(0, random.Next(3)).Select(_ => Next(depth + 1))]);
        return dataSet;
    }

    private DataElement Element(Tag tag, VR vr)
    {
        var rule = VrRules.For(vr);
        if (random.Next(8) == 0) return DataElement.CreateEmpty(tag, vr);
        if (rule.Kind == VrKind.Binary)
        {
            var bytes = new byte[rule.UnitBytes * 2 * random.Next(1, 5)];
            random.NextBytes(bytes);
            return DataElement.CreateBinary(tag, vr, bytes);
        }

        var count = rule.MultiValued && random.Next(4) == 0 ? random.Next(2, 4) : 1;
        return DataElement.Create(tag, vr, [.. Enumerable.Range(0, count).Select(index => index > 0 && rule.IsString && random.Next(5) == 0 ? "" : Value(vr))]);
    }

    private string Value(VR vr) => vr switch
    {
        VR.AE => "STATION" + random.Next(100),
        VR.AS => "0" + random.Next(10, 99) + "Y",
        VR.AT => random.Next().ToString("X8", CultureInfo.InvariantCulture),
        VR.CS => "CODE_" + random.Next(10),
        VR.DA => "2026" + random.Next(10, 13) + random.Next(10, 28),
        VR.DT => "20260310093015." + random.Next(100000, 999999) + "+0530",
        VR.TM => "09301" + random.Next(10),
        VR.UI => "1.2.840." + random.Next(),
        VR.UR => "https://example.org/a?b=" + random.Next(),
        VR.DS or VR.FD => (random.Next(-1000, 1000) / 8.0).ToString("R", CultureInfo.InvariantCulture),
        VR.FL => (random.Next(-1000, 1000) / 4f).ToString("R", CultureInfo.InvariantCulture),
        VR.IS or VR.SL => random.Next(int.MinValue, int.MaxValue).ToString(CultureInfo.InvariantCulture),
        VR.UL => random.Next().ToString(CultureInfo.InvariantCulture),
        VR.US => random.Next(65536).ToString(CultureInfo.InvariantCulture),
        VR.SS => random.Next(-32768, 32768).ToString(CultureInfo.InvariantCulture),
        VR.PN => $"{Text(9)}^{Text(5)}" + (random.Next(2) == 0 ? $"={Text(3)}^{Text(3)}={Text(4)}" : ""),
        VR.LT or VR.ST or VR.UT => Text(20) + "\r\n" + Text(9) + (set.DefinedTerms is ["ISO_IR 13"] or ["ISO 2022 IR 13", ..] ? "" : "\\") + Text(1),
        _ => Text(random.Next(1, 16)),
    };

    private string Text(int length)
    {
        var text = new StringBuilder();
        for (var i = 0; i < length; i++) text.Append(random.Next(5) == 0 ? "Aa1"[random.Next(3)].ToString() : _pool[random.Next(_pool.Length)]);
        return text.ToString();
    }

    private static string[] BuildPool(SpecificCharacterSet set)
    {
        var pool = new List<string>();
        for (var c = 0x21; c < 0x1_1000; c++)
        {
            if (c is >= 0xD800 and <= 0xDFFF or 0x7F or '\\' or '^' or '=' or 0xFEFF or 0xFFFD || GraphicSets.JisVariants.ContainsKey((char)c)) continue;
            var text = char.ConvertFromUtf32(c);
            if (set.CanEncode(text, VR.LO)) pool.Add(text);
        }

        return [.. pool];
    }
}
