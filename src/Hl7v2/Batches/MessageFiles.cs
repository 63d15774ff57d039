namespace CloudPacs.Hl7v2;

/// <summary>One message of a file.</summary>
/// <param name="Name">File name, with the place of the message in it when there are several.</param>
/// <param name="Payload">The message, without a frame.</param>
public sealed record FileMessage(string Name, ReadOnlyMemory<byte> Payload);

/// <summary>Reads HL7v2 messages from files and folders; a file may hold a batch or several messages.</summary>
public static class MessageFiles
{
    private static readonly string[] Endings = [".hl7", ".txt", ".er7", ".msg"];

    /// <param name="paths">Files and folders; <c>-</c> for the standard input.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    public static List<FileMessage> Read(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var messages = new List<FileMessage>();
        foreach (var path in paths)
        {
            if (path == "-")
            {
                using var buffer = new MemoryStream();
                using var input = Console.OpenStandardInput();
                input.CopyTo(buffer);
                Add("standard input", buffer.ToArray());
            }
            else if (Directory.Exists(path))
            {
                foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                    .Where(static f => Endings.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
                    .Order(StringComparer.Ordinal))
                    Add(file, File.ReadAllBytes(file));
            }
            else if (File.Exists(path))
            {
                Add(path, File.ReadAllBytes(path));
            }
            else
            {
                throw new FileNotFoundException($"There is no file or folder '{Path.GetFullPath(path)}'.");
            }
        }

        return messages;

        void Add(string name, byte[] bytes)
        {
            var parts = Batch.Split(bytes).Messages;
            for (var i = 0; i < parts.Count; i++) messages.Add(new FileMessage(parts.Count == 1 ? name : $"{name}#{i + 1}", parts[i]));
        }
    }
}
