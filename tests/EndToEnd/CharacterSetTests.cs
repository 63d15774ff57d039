using System.Text;
using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>Names written in the character sets of HL7 arrive at modalities in the character sets of DICOM.</summary>
public sealed class CharacterSetTests : IAsyncLifetime
{
    private static readonly string Samples = Path.Combine(Repository.Root, "tests", "Protocols", "Hl7v2", "Data", "charsets");

    private TestedEngine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        _engine = new EngineInside();
        var maps = SiteMaps.Create(_engine.Folder["mappings"], "{ upsert: true }");
        await File.AppendAllTextAsync(Path.Combine(maps, "sites", "default", "catalogue.csv"), "XR1,DX,,,,,,,\n");
        _engine.With("MAPPING__DIRECTORY", maps)
            .With("DICOM__STATIONS__LATIN1__CHARACTERSET", "ISO_IR 100").With("DICOM__STATIONS__LATIN2__CHARACTERSET", "ISO_IR 101")
            .With("DICOM__STATIONS__CYRILLIC__CHARACTERSET", "ISO_IR 144").With("DICOM__STATIONS__GREEK__CHARACTERSET", "ISO_IR 126")
            .With("DICOM__STATIONS__TURKISH__CHARACTERSET", "ISO_IR 148").With("DICOM__STATIONS__KOREA__CHARACTERSET", @"\ISO 2022 IR 149")
            .With("DICOM__STATIONS__JAPAN__CHARACTERSET", @"\ISO 2022 IR 87\ISO 2022 IR 159").With("DICOM__STATIONS__CHINA__CHARACTERSET", "GB18030")
            .With("DICOM__STATIONS__ASCII__CHARACTERSET", "ISO_IR 6");
        await _engine.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
    }

    [Fact]
    public async Task A_name_is_the_same_in_unicode_and_in_the_set_of_a_station_that_can_write_it_and_readable_everywhere()
    {
        using var expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Samples, "expected.json"), TestContext.Current.CancellationToken));
        await using var his = new HisSender(_engine.MllpPort);
        var differences = new List<string>();
        foreach (var (file, station) in Stations)
        {
            var golden = expected.RootElement.GetProperty(file);
            var name = $"{golden.GetProperty("PID-5.1").GetString()}^{golden.GetProperty("PID-5.2").GetString()}";
            var bytes = await File.ReadAllBytesAsync(Path.Combine(Samples, file), TestContext.Current.CancellationToken);
            var answer = await his.SendBytesAsync(bytes);
            if (answer != "AA")
            {
                differences.Add($"{file}: {answer}");
                continue;
            }

            var placer = Encoding.Latin1.GetString(bytes).Split('\r').First(static line => line.StartsWith("ORC|", StringComparison.Ordinal)).Split('|')[2];
            await CompareAsync("MODALITY", "ISO_IR 192");
            await CompareAsync(station.Title, station.Set);
            var ascii = await AskAsync("ASCII", placer);
            if (ascii.Name.Contains('?', StringComparison.Ordinal) || !Ascii.IsValid(ascii.Name) || ascii.Name.Length < 3) differences.Add($"{file} as ASCII: {ascii.Name}");

            async Task CompareAsync(string title, string set)
            {
                var found = await AskAsync(title, placer);
                // Which component group a script belongs to is the maps' business.
                if (found.Name.Replace("=", "", StringComparison.Ordinal).Normalize() != name.Normalize() || found.Set != set)
                    differences.Add($"{file} as {title}: {found.Name} in {found.Set}, not {name} in {set}");
            }
        }

        Assert.Empty(differences);
    }

    private static readonly (string File, (string Title, string Set) Station)[] Stations =
    [
        ("ascii.hl7", ("LATIN1", "ISO_IR 100")),
        ("empty-but-utf8.hl7", ("LATIN1", "ISO_IR 100")),
        ("8859-1.hl7", ("LATIN1", "ISO_IR 100")),
        ("8859-2.hl7", ("LATIN2", "ISO_IR 101")),
        ("8859-5.hl7", ("CYRILLIC", "ISO_IR 144")),
        ("8859-7.hl7", ("GREEK", "ISO_IR 126")),
        ("8859-9.hl7", ("TURKISH", "ISO_IR 148")),
        ("gb18030-4byte.hl7", ("CHINA", "GB18030")),
        ("ks-x-1001.hl7", ("KOREA", @"\ISO 2022 IR 149")),
        ("iso-ir87-trail.hl7", ("JAPAN", @"\ISO 2022 IR 87\ISO 2022 IR 159")),
        ("iso-ir159.hl7", ("JAPAN", @"\ISO 2022 IR 87\ISO 2022 IR 159")),
        ("jis-x-0202.hl7", ("JAPAN", @"\ISO 2022 IR 87\ISO 2022 IR 159")),
        ("utf8-devanagari.hl7", ("MODALITY", "ISO_IR 192")),
        ("utf8-telugu.hl7", ("MODALITY", "ISO_IR 192")),
        ("utf8-urdu.hl7", ("MODALITY", "ISO_IR 192")),
        ("unicode-label.hl7", ("MODALITY", "ISO_IR 192")),
    ];

    private async Task<(string Name, string Set)> AskAsync(string station, string placer)
    {
        var entry = Assert.Single(await OwnScu.QueryAsync(_engine.DicomPort, new DataSet().Set(Tags.PlacerOrderNumberImagingServiceRequest, placer).SetEmpty(Tags.PatientName), station));
        return (entry.GetString(Tags.PatientName) ?? "", string.Join('\\', entry.GetStrings(Tags.SpecificCharacterSet)));
    }
}
