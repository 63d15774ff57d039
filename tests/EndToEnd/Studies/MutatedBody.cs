using System.Text;
using CloudPacs.Dicom;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>What is sent to store instances, whole or broken (PS3.18 10.5): a file, files in parts, metadata with bulk data.</summary>
/// <param name="Type">Content-Type.</param>
/// <param name="Bytes">The body.</param>
/// <param name="Files">The files in it.</param>
/// <param name="Told">How many parts have to be told of; null when that is not known.</param>
internal sealed record StoreBody(string Type, byte[] Bytes, IReadOnlyList<byte[]> Files, int? Told);

/// <summary>Bodies with faults in files, boundaries, headers and metadata.</summary>
internal sealed class MutatedBody(Random random, MutatedFile files)
{
    private static readonly string[] Types =
        ["application/dicom", "application/dicom+json", "application/dicom+xml", "application/octet-stream", "image/jp2; transfer-syntax=1.2.840.10008.1.2.4.90", "video/mp4", "text/html", "", "x",
         "application/dicom; transfer-syntax=1.2.840.10008.1.2.5"];

    /// <summary>Files alone, in parts of a body that is right, and in parts of a broken one.</summary>
    public StoreBody NextOfFiles() => random.Next(10) switch
    {
        < 3 => Alone(files.Next()),
        < 8 => InParts(isBroken: false),
        _ => InParts(isBroken: true),
    };

    /// <summary>Metadata as JSON or XML with a part of bulk data, of which some is wrong.</summary>
    public StoreBody NextOfMetadata()
    {
        var isJson = random.Next(2) == 0;
        var dataSet = StudyFiles.Read(files.NextWhole());
        dataSet.SetBytes(Tags.PixelData, VR.OW, new byte[32]);
        var text = isJson ? Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(dataSet)) : Encoding.UTF8.GetString(DicomXml.FromJson(DicomJson.ToUtf8Bytes(dataSet)));
        if (isJson && random.Next(3) != 0) text = $"[{text}]";
        if (random.Next(2) == 0)
        {
            var uri = random.Next(4) == 0 ? "http://127.0.0.1:9/x" : "bulk/1";
            text = isJson ? text.Replace("\"InlineBinary\"", $"\"BulkDataURI\":\"{uri}\",\"x\"", StringComparison.Ordinal)
                : text.Replace("<InlineBinary>", $"<BulkData uri=\"{uri}\"/><InlineBinary>", StringComparison.Ordinal);
        }

        for (var faults = random.Next(4); faults > 0; faults--) text = Damage(text);
        var type = isJson ? "application/dicom+json" : "application/dicom+xml";
        var bulk = files.Next();
        return Join(
            $"multipart/related; type=\"{type}\"", "b", [Part(type, Encoding.UTF8.GetBytes(text)), Part(Types[random.Next(Types.Length)], bulk, "Content-Location: bulk/1\r\n")],
            random.Next(4) == 0, [], told: null);
    }

    private static StoreBody Alone(byte[] file) => new("application/dicom", file, [file], 1);

    private StoreBody InParts(bool isBroken)
    {
        byte[][] sent = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => files.Next())];
        return Join("multipart/related; type=\"application/dicom\"", "b", [.. sent.Select(static file => Part("application/dicom", file))], isBroken, sent, sent.Length);
    }

    private StoreBody Join(string type, string boundary, byte[][] parts, bool isBroken, byte[][] sent, int? told)
    {
        // No noise ends a part by itself.
        boundary += $"-{random.NextInt64():x16}-{random.NextInt64():x16}";
        var line = Encoding.ASCII.GetBytes($"--{boundary}\r\n");
        byte[] body = [.. parts.SelectMany(part => (byte[])[.. line, .. part, 13, 10]), .. Encoding.ASCII.GetBytes($"--{boundary}--\r\n")];
        if (!isBroken) return new StoreBody($"{type}; boundary={boundary}", body, sent, told);
        switch (random.Next(10))
        {
            case 0: return new StoreBody($"{type}; boundary={boundary}x", body, sent, null);
            case 1: return new StoreBody(type, body, sent, null);
            case 2: return new StoreBody($"{type}; boundary=\"{new string('b', random.Next(60, 400))}\"", body, sent, null);
            case 3: return new StoreBody($"{type}; boundary=\"{boundary}", body, sent, null);
            case 4: return new StoreBody(Types[random.Next(Types.Length)], body, sent, null);
            case 5: return new StoreBody($"{type}; boundary={boundary}", body[..random.Next(body.Length)], sent, null);
            case 6: return new StoreBody($"{type}; boundary={boundary}", [.. body[..random.Next(body.Length)], .. line, .. body], sent, null);
            case 7: return new StoreBody($"{type}; boundary={boundary}", [.. body.Where(static one => one != 13)], sent, null);
            case 8: return new StoreBody($"{type}; boundary={boundary}", [.. line, .. Encoding.ASCII.GetBytes(new string('x', random.Next(20_000)) + ": y\r\n\r\n"), .. body], sent, null);
            default:
                for (var i = random.Next(1, 10); i > 0; i--) body[random.Next(Math.Min(body.Length, 300))] = (byte)random.Next(256);
                return new StoreBody($"{type}; boundary={boundary}", body, Read(body, line.Length, parts, sent), null);
        }
    }

    /// <summary>The files as they are in the body by now.</summary>
    private static byte[][] Read(byte[] body, int line, byte[][] parts, byte[][] sent)
    {
        var at = 0;
        return
        [
            .. sent.Select((file, i) =>
            {
                at += line + parts[i].Length;
                var read = body[(at - file.Length)..at];
                at += 2;
                return read;
            })
        ];
    }

    private static byte[] Part(string type, byte[] content, string headers = "") =>
        [.. Encoding.ASCII.GetBytes((type.Length > 0 ? $"Content-Type: {type}\r\n" : "") + headers + "\r\n"), .. content];

    private string Damage(string text)
    {
        if (text.Length < 20) return text;
        var at = random.Next(text.Length - 10);
        return random.Next(7) switch
        {
            0 => text[..at],
            1 => text.Remove(at, random.Next(1, 10)),
            2 => text.Insert(at, new string(random.Next(2) == 0 ? '[' : '{', random.Next(1, 3000))),
            3 => text.Insert(at, "<DicomAttribute tag=\"00400275\" vr=\"SQ\"><Item number=\"2147483647\">"),
            4 => text.Insert(at, "\"00080005\":{\"vr\":\"SQ\",\"Value\":[{}]},"),
            5 => text.Replace("\"vr\":\"UI\"", $"\"vr\":\"{(random.Next(2) == 0 ? "SQ" : "US")}\"", StringComparison.Ordinal),
            _ => text[..at] + (char)random.Next(1, 0xD800) + text[(at + 1)..],
        };
    }
}
