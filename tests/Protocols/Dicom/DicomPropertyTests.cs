using System.Buffers;
using CloudPacs.Dicom;
using FsCheck.Xunit;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

public class DicomPropertyTests
{
    private static readonly TransferSyntax[] Syntaxes =
    [
        TransferSyntax.ImplicitVrLittleEndian, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian,
        TransferSyntax.DeflatedExplicitVrLittleEndian,
    ];

    private static readonly string[] CharacterSets =
    [
        "ISO_IR 6", "ISO_IR 100", "ISO_IR 101", "ISO_IR 109", "ISO_IR 110", "ISO_IR 144", "ISO_IR 127", "ISO_IR 126", "ISO_IR 138", "ISO_IR 148", "ISO_IR 203",
        "ISO_IR 13", "ISO_IR 166", "ISO_IR 192", "GB18030", "GBK", @"\ISO 2022 IR 87", @"ISO 2022 IR 13\ISO 2022 IR 87", @"\ISO 2022 IR 87\ISO 2022 IR 159",
        @"\ISO 2022 IR 149", @"\ISO 2022 IR 58", @"ISO 2022 IR 100\ISO 2022 IR 144\ISO 2022 IR 126", @"ISO 2022 IR 100\ISO 2022 IR 87\ISO 2022 IR 149",
    ];

    private static readonly VR[] TextVrs = [VR.LO, VR.LT, VR.PN, VR.SH, VR.ST, VR.UC, VR.UT];

    [Property(MaxTest = 400)]
    public void A_data_set_reads_back_as_it_was_written_in_every_syntax_and_character_set(int seed)
    {
        var random = new Random(seed);
        var syntax = Syntaxes[random.Next(Syntaxes.Length)];
        var set = SpecificCharacterSet.Parse(CharacterSets[random.Next(CharacterSets.Length)].Split('\\'));
        var dataSet = new DataSetSource(random, set).Next();
        var bytes = new ArrayBufferWriter<byte>();

        var loss = DataSetWriter.Write(dataSet, syntax, bytes, set);
        var isRead = DataSetReader.TryRead(bytes.WrittenMemory, syntax, null, out var read, out var error);

        Assert.True(loss.IsNone);
        Assert.True(isRead, error);
        Assert.Equal(0, bytes.WrittenCount % 2);
        Assert.Equal(DataSetText.Describe(dataSet), DataSetText.Describe(read));
        Assert.Equal(set.DefinedTerms, read.GetStrings(Tags.SpecificCharacterSet));
    }

    [Property(MaxTest = 200)]
    public void A_data_set_without_its_character_set_reads_back_the_same_where_that_is_known_and_differs_from_any_other(int seed)
    {
        var random = new Random(seed);
        var dataSet = new DataSetSource(random, SpecificCharacterSet.Utf8).Next();
        var bytes = DataSetWriter.WriteUndeclared(dataSet, TransferSyntax.ExplicitVrLittleEndian, SpecificCharacterSet.Utf8);
        var options = new DataSetReaderOptions { UndeclaredCharacterSet = SpecificCharacterSet.Utf8 };

        Assert.True(DataSetReader.TryRead(bytes, TransferSyntax.ExplicitVrLittleEndian, options, out var read, out var error), error);

        Assert.False(read.Contains(Tags.SpecificCharacterSet));
        Assert.True(read.IsSameAs(dataSet));
        var other = new DataSetSource(random, SpecificCharacterSet.Utf8).Next();
        Assert.Equal(DataSetText.Describe(dataSet) == DataSetText.Describe(other), read.IsSameAs(other));
        Assert.False(read.IsSameAs(dataSet.Copy().Set(Tags.PatientSex, "O")));
        if (dataSet.FirstOrDefault() is { } first) Assert.False(read.IsSameAs(dataSet.Copy().Add(DataElement.CreateBinary(first.Tag, VR.UN, new byte[] { 1, 2 }))));
    }

    [Property(MaxTest = 200)]
    public void A_data_set_reads_back_from_its_json(int seed)
    {
        var dataSet = new DataSetSource(new Random(seed), SpecificCharacterSet.Utf8).Next();

        var isRead = DicomJson.TryRead(DicomJson.ToUtf8Bytes(dataSet), null, out var read, out var error);

        Assert.True(isRead, error);
        Assert.Equal(DataSetText.Describe(dataSet), DataSetText.Describe(read[0]));
    }

    [Property(MaxTest = 500)]
    public void Any_bytes_are_read_or_refused(byte[] bytes)
    {
        foreach (var syntax in Syntaxes)
        {
            DataSetReader.TryRead(bytes, syntax, null, out var dataSet, out _);
            WriteAgain(dataSet);
        }

        WriteAgain(Part10.Read(bytes).DataSet);
        DicomJson.TryRead(bytes, null, out _, out _);
    }

    [Property(MaxTest = 1000)]
    public void Damaged_data_sets_are_read_or_refused(int seed)
    {
        var random = new Random(seed);
        var syntax = Syntaxes[random.Next(Syntaxes.Length)];
        var set = SpecificCharacterSet.Parse(CharacterSets[random.Next(CharacterSets.Length)].Split('\\'));
        var output = new ArrayBufferWriter<byte>();
        Part10.Write(Part10.CreateMeta("1.2.3", "1.2.3.4", syntax), new DataSetSource(random, set).Next(), output, set);
        var bytes = output.WrittenSpan[..(random.Next(4) == 0 ? random.Next(output.WrittenCount) : output.WrittenCount)].ToArray();
        for (var i = random.Next(6); i > 0 && bytes.Length > 0; i--) bytes[random.Next(bytes.Length)] = random.Next(3) switch { 0 => 0xFF, 1 => 0x1B, _ => (byte)random.Next(256) };

        var file = Part10.Read(bytes);

        WriteAgain(file.DataSet);
        DicomJson.ToUtf8Bytes(file.DataSet);
    }

    [Property(MaxTest = 300)]
    public void Damaged_json_is_read_or_refused(int seed)
    {
        var random = new Random(seed);
        var bytes = DicomJson.ToUtf8Bytes(new DataSetSource(random, SpecificCharacterSet.Utf8).Next());
        for (var i = random.Next(1, 5); i > 0; i--) bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)"{}[]:,\"0\\u"[random.Next(10)] : (byte)random.Next(256);

        var isRead = DicomJson.TryRead(bytes, null, out var read, out var error);

        Assert.Equal(isRead, error == null);
        foreach (var dataSet in read) WriteAgain(dataSet);
    }

    [Property(MaxTest = 500)]
    public void Any_bytes_decode_in_any_character_set_and_any_text_can_be_written(byte[] bytes, string? text, int seed)
    {
        var random = new Random(seed);
        foreach (var terms in CharacterSets)
        {
            var set = SpecificCharacterSet.Parse(terms.Split('\\'));
            foreach (var vr in TextVrs)
            {
                set.Decode(bytes, vr);
                var mixed = (text ?? "") + (char)random.Next(0x21, 0xFFFD) + "^=" + (char)random.Next(0x21, 0x3000);
                var written = set.Transliterate(mixed, vr, out _);
                Assert.True(set.CanEncode(written, vr), terms);
                if (vr != VR.PN) continue;
                Assert.Equal(mixed.Count(c => c == '\\'), written.Count(c => c == '\\'));
                Assert.True(written.Count(c => c == '=') <= mixed.Count(c => c == '='));
            }
        }
    }

    [Property(MaxTest = 500)]
    public void Cleaned_and_cut_text_fits_its_representation(string? text, int seed)
    {
        var random = new Random(seed);
        var longer = string.Concat(Enumerable.Repeat((text ?? "") + (char)random.Next(1, 0xD7FF), random.Next(1, 80)));
        foreach (var vr in (VR[])[VR.LO, VR.SH, VR.LT, VR.ST])
        {
            var fitted = VrRules.Cut(VrRules.Clean(longer, vr), vr);
            Assert.True(fitted.Length == 0 || VrRules.FindProblem(fitted, vr) == null, VrRules.FindProblem(fitted, vr));
        }

        var name = new PersonName(new PersonNameGroup(longer, longer, "m", "p", longer), new PersonNameGroup("", longer), PersonNameGroup.Empty).Clean().Fit(out _).ToString();
        Assert.True(name.Length == 0 || VrRules.FindProblem(name, VR.PN) == null, VrRules.FindProblem(name, VR.PN));
    }

    private static void WriteAgain(DataSet dataSet)
    {
        foreach (var set in (SpecificCharacterSet[])[SpecificCharacterSet.Default, SpecificCharacterSet.Utf8, SpecificCharacterSet.Parse("ISO 2022 IR 13", "ISO 2022 IR 87")])
        {
            var output = new ArrayBufferWriter<byte>();
            DataSetWriter.Write(dataSet, TransferSyntax.ExplicitVrLittleEndian, output, set);
        }
    }
}
