namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>A copy of the maps with a site of its own.</summary>
internal static class SiteMaps
{
    /// <param name="target">Folder to make.</param>
    /// <param name="policy">Content of <c>policy:</c> in site.yaml, in flow style.</param>
    public static string Create(string target, string policy)
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Mappings, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(Repository.Mappings, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        File.AppendAllText(Path.Combine(target, "sites", "default", "site.yaml"), $"\npolicy: {policy}\n");
        return target;
    }
}
