using System.Buffers.Binary;
using BatchOps.Emulators.Google;

namespace BatchOps.Emulators.Tests.Google;

/// <summary>Images as far as the service looks at them: the head of a file.</summary>
internal static class Images
{
    public static byte[] Png(int width = 4, int height = 3)
    {
        var image = new byte[64];
        new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10 }.CopyTo(image, 0);
        BinaryPrimitives.WriteInt32BigEndian(image.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(image.AsSpan(20), height);
        return image;
    }

    public static byte[] Gif() => [.. "GIF89a"u8, 4, 0, 3, 0, 0, 0, 0];

    /// <summary>A segment that is no frame, then the frame.</summary>
    public static byte[] Jpeg(int width = 4, int height = 3) =>
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 1, 0xFF, 0xC0, 0, 11, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0];

    /// <summary>The address of an image in the store of the emulator.</summary>
    public static Uri Share(this GoogleEmulator server, byte[] content, bool isPublic = true)
    {
        var file = server.Store.AddFile("image", "image/png", content, file => file with { Permissions = isPublic ? [.. file.Permissions, StoredPermission.Anyone] : file.Permissions });
        return new Uri(server.BaseAddress, $"uc?id={file.Id}&export=download");
    }
}
