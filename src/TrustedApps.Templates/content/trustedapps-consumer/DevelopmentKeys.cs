using TrustedApps.Keys;

namespace Consumer._1;

/// <summary>
/// Makes a key file at the first start on a developer's machine. In production, make it once with
/// 'trusted-apps keys new' and keep it: providers do not trust new keys.
/// </summary>
internal static class DevelopmentKeys
{
    public static void MakeIfMissing(WebApplicationBuilder builder)
    {
        string path = Path.GetFullPath(builder.Configuration["Keys"]!, builder.Environment.ContentRootPath);
        if (File.Exists(path)) return;

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ApplicationKeys.Generate("TEMPLATE_ID").Save(path); // only its owner can read it
    }
}
