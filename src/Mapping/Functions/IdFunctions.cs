using System.Security.Cryptography;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions;

/// <summary>Ids made from other values: the same input gives the same id on any node, before and after a restart.</summary>
internal static class IdFunctions
{
    public static readonly MapFunction[] All =
    [
        new("uid25", [MapType.Text], MapType.Text, (context, arguments) =>
            MapValue.Text(DerivedUids.Uid(DerivedUids.Uuid(context.Settings.InstallationNamespace, arguments[0].AsText()!))))
        {
            Help = "uid25(): DICOM UID under 2.25, derived from a name",
        },
        new("uuid5", [MapType.Text], MapType.Text, (context, arguments) =>
            MapValue.Text(DerivedUids.Uuid(context.Settings.InstallationNamespace, arguments[0].AsText()!).ToString("D")))
        {
            Help = "uuid5(): UUID of version 5, derived from a name",
        },
        new("hash", [MapType.Text, MapType.Number], MapType.Text, (_, arguments) =>
        {
            var digits = System.Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(arguments[0].AsText()!)));
            var length = (int)Math.Clamp(arguments[1].AsNumber() ?? digits.Length, 1, digits.Length);
            return MapValue.Text(digits[..length]);
        })
        {
            Optional = 1,
            Check = static (arguments, _) => TextFunctions.CheckCount(arguments, 1),
            Help = "hash([n]): the first n hexadecimal digits of the SHA-256 of a text",
        },
    ];
}
