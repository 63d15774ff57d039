using System.Text;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Files;

/// <summary>
/// Worklist files made with DCMTK's dump2dcm: its own sample entries, and generated ones in several character sets; in all transfer syntaxes
/// that need no pixels.
/// </summary>
internal static class EntryDumps
{
    public const int Samples = 10;

    private static readonly string[] Syntaxes = ["+ti", "+te", "+tb", "+td"];

    private static readonly (string Term, string Encoding, string Name)[] Sets =
    [
        ("ISO_IR 100", "iso-8859-1", "Müller^Jérôme"), ("ISO_IR 192", "utf-8", "शर्मा^राहुल"), ("ISO_IR 144", "iso-8859-5", "Люкceмбypг^Анна"),
        ("ISO_IR 126", "iso-8859-7", "Διονυσιος^Νικος"), ("GB18030", "gb18030", "Wang^XiaoDong=王^小东"), (@"\ISO 2022 IR 87", "iso-2022-jp", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
    ];

    static EntryDumps() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Writes the samples and as many generated entries as make so many files.</summary>
    public static async Task WriteAsync(string folder, int count)
    {
        Directory.CreateDirectory(Path.Combine(folder, "more"));
        var dumps = Directory.GetFiles(Path.Combine(Repository.Tests, "Files", "dcmtk"), "*.dump");
        Assert.Equal(Samples, dumps.Length);
        for (var n = 0; n < count; n++)
        {
            var isSample = n < Samples;
            var dump = isSample ? dumps[n] : Path.Combine(folder, $"{n}.dump");
            if (!isSample) await File.WriteAllBytesAsync(dump, DumpOf(n));
            var made = Path.Combine(folder, isSample ? $"{Path.GetFileNameWithoutExtension(dump)}.wl" : Path.Combine("more", $"{n}.wl"));
            var result = await Tool.RunAsync("dump2dcm", Syntaxes[n % Syntaxes.Length], dump, made);
            Assert.True(result.ExitCode == 0, result.Errors);
        }
    }

    /// <summary>The name that a generated entry has.</summary>
    public static string NameOf(int n) => Sets[n % Sets.Length].Name;

    /// <summary>Lines of dump2dcm; texts are bytes in the character set of the entry.</summary>
    private static byte[] DumpOf(int n)
    {
        var (term, encoding, name) = Sets[n % Sets.Length];
        return
        [
            .. Ascii($"(0008,0005) CS [{term}]\n(0008,0050) SH [GEN{n:D5}]\n(0010,0010) PN ["), .. Encoded(name, encoding),
            .. Ascii(
                $"""
                ]
                (0010,0020) LO [MRN{n:D5}]
                (0010,0021) LO [HOSPITAL]
                (0010,0030) DA [1970{(n % 12) + 1:D2}15]
                (0010,0040) CS [{(n % 2 == 0 ? "M" : "F")}]
                (0010,1030) DS [71.5]
                (0010,2000) LO
                (0010,21c0) US 4
                (0020,000d) UI [1.2.826.0.1.3680043.10.9.77.{n}]
                (0008,0090) PN [REFER^DOCTOR]
                (0032,1060) LO [Procedure {n}]
                (0032,1064) SQ
                (fffe,e000) na
                (0008,0100) SH [CODE{n}]
                (0008,0102) SH [99HOUSE]
                (0008,0104) LO [Procedure {n}]
                (fffe,e00d) na
                (fffe,e0dd) na
                (0038,0010) LO [ADM{n}]
                (0038,0300) LO [WARD {n % 7}]
                (0040,0100) SQ
                (fffe,e000) na
                (0008,0060) CS [{(n % 3 == 0 ? "CT" : "MR")}]
                (0040,0001) AE [STATION{n % 4}]
                (0040,0002) DA [20261201]
                (0040,0003) TM [{8 + (n % 10):D2}{n % 60:D2}00]
                (0040,0006) PN [PERFORM^PIA]
                (0040,0007) LO [Step {n}]
                (0040,0009) SH [SPS{n:D5}]
                (0040,0010) SH [Scanner {n % 4}]
                (0040,0020) CS [SCHEDULED]
                (fffe,e00d) na
                (fffe,e0dd) na
                (0040,1001) SH [RP{n:D5}]
                (0040,1003) SH [ROUTINE]
                (0040,2016) LO [PLC{n:D5}]

                """),
        ];
    }

    /// <summary>Between components of a name the initial set is in use again (PS3.5 6.1.2.5.3).</summary>
    private static byte[] Encoded(string name, string encoding)
    {
        var bytes = new List<byte>();
        var part = new StringBuilder();
        foreach (var character in name + "\0")
        {
            if (character is not ('^' or '=' or '\0'))
            {
                part.Append(character);
                continue;
            }

            bytes.AddRange(Encoding.GetEncoding(encoding).GetBytes(part.ToString()));
            if (character != '\0') bytes.Add((byte)character);
            part.Clear();
        }

        return [.. bytes];
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
