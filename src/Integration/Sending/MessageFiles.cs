using CloudPacs.Hl7v2;

namespace CloudPacs.Integration.Sending;

/// <summary>One message of a file.</summary>
/// <param name="Name">File name, with the place of the message in it when there are several.</param>
internal sealed record OutgoingMessage(string Name, ReadOnlyMemory<byte> Payload);

/// <summary>Reads HL7v2 messages from files and folders; a file may hold a batch or several messages.</summary>
internal static class MessageFiles
{
    private static readonly string[] Endings = [".hl7", ".txt", ".er7", ".msg"];

    public static List<OutgoingMessage> Read(IEnumerable<string> paths)
    {
        var messages = new List<OutgoingMessage>();
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
                throw new Hosting.StartException($"There is no file or folder '{Path.GetFullPath(path)}'.");
            }
        }

        return messages;

        void Add(string name, byte[] bytes)
        {
            var parts = Batch.Split(bytes).Messages;
            for (var i = 0; i < parts.Count; i++) messages.Add(new OutgoingMessage(parts.Count == 1 ? name : $"{name}#{i + 1}", parts[i]));
        }
    }
}
