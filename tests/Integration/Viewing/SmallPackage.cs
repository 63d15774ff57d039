using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CloudPacs.Studies.Viewing;

namespace CloudPacs.Integration.Tests.Viewing;

/// <summary>A package of the viewer's shape, of a few lines.</summary>
internal static class SmallPackage
{
    public static readonly IReadOnlyDictionary<string, string> Files = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["package/package.json"] = "{}",
        ["package/LICENSE"] = "The MIT License",
        ["package/dist/index.html"] = "<link href=\"/app.bundle.css\"><script src=\"/app-config.js\"></script><script>window.PUBLIC_URL=\"/\"</script>",
        ["package/dist/app.bundle.0f6159c501addfe9.js"] = "__webpack_require__.p = \"/\";\n" + new string('x', 5000),
        ["package/dist/app.bundle.css"] = "@font-face { src: url(/a34f9d1faa5f3315.woff2) }",
        ["package/dist/a34f9d1faa5f3315.woff2"] = "\0font",
        ["package/dist/37fa160cc3a47cfd.wasm"] = "\0asm",
        ["package/dist/manifest.json"] = "{ \"src\": \"/assets/android-chrome-36x36.png\" }",
        ["package/dist/assets/images/CT-Bone.png"] = "\u0089PNG",
        ["package/dist/customizations/tools/ctPresets.jsonc"] = "{ }",
        ["package/dist/app-config.js"] = "window.config = { dataSources: 'https://elsewhere.test' };",
        ["package/dist/sw.js"] = "importScripts('https://elsewhere.test')",
        ["package/dist/ort/ort-wasm.wasm"] = "large",
        ["package/dist/dicom-microscopy-viewer/dataLoader.worker.min.js"] = "large",
        ["package/dist/app.bundle.js.map"] = "large",
    };

    /// <param name="content">What the page says.</param>
    public static (ViewerPackage Package, byte[] Bytes) Create(string? content = null)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip, TarEntryFormat.Pax))
        {
            foreach (var (name, text) in Files)
            {
                var bytes = Encoding.UTF8.GetBytes(name == "package/dist/index.html" && content is not null ? content : text);
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
            }
        }

        var all = packed.ToArray();
        return (new ViewerPackage("viewer", "viewer@1.0.0", all.Length, Convert.ToBase64String(SHA512.HashData(all))), all);
    }
}
