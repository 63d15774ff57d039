using System.Globalization;
using System.Numerics;
using CloudPacs.Store;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain;

/// <summary>Numbers that the engine makes: at most 16 characters, digits and upper-case letters, so they fit SH (PS3.5 6.2).</summary>
internal static class GeneratedNumber
{
    public const int MaxLength = 16;
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>A prefix and the next number of a sequence to base 36.</summary>
    public static string Next(Workspace workspace, string sequence, string prefix) =>
        prefix + Base36(BigInteger.Parse(workspace.NextNumber(sequence), CultureInfo.InvariantCulture), 6);

    /// <summary>A stand-in for an id that is too long: <c>X</c> and 15 characters that follow from the id alone.</summary>
    public static string Surrogate(Guid space, string name)
    {
        Span<byte> bits = stackalloc byte[16];
        Uuid5.Create(space, "Surrogate|" + name).TryWriteBytes(bits, bigEndian: true, out _);
        var text = Base36(new BigInteger(bits, isUnsigned: true, isBigEndian: true), MaxLength);
        return "X" + text[^(MaxLength - 1)..];
    }

    private static string Base36(BigInteger number, int minDigits)
    {
        var text = "";
        for (; number > 0; number /= 36) text = Digits[(int)(number % 36)] + text;
        return text.PadLeft(minDigits, '0');
    }
}
