BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    $ErrorActionPreference = 'Continue'

    # Runs a script in a runspace that PowerShell itself opens, for comparison.
    function Invoke-Ordinary([string] $Script) {
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault())
        try { $shell.AddScript($Script).Invoke() } finally { $shell.Dispose() }
    }

    function Invoke-InItem([string] $Script) { 1 | Invoke-ConcurrentBatch ([scriptblock]::Create($Script)) }

    # Writes a module whose only function makes an object with a view of its own, and returns its folder.
    function New-ViewModule([string] $Name) {
        $folder = Join-Path $TestDrive "modules/$Name"
        $null = New-Item -ItemType Directory $folder -Force
        Set-Content "$folder/$Name.psm1" "function Get-$Name { [pscustomobject]@{ PSTypeName = 'Test.$Name'; A = 1; B = 2 } }"
        New-ModuleManifest "$folder/$Name.psd1" -RootModule "$Name.psm1" -FunctionsToExport "Get-$Name" -FormatsToProcess "$Name.format.ps1xml"
        Set-Content "$folder/$Name.format.ps1xml" @"
<Configuration><ViewDefinitions><View>
  <Name>$Name</Name><ViewSelectedBy><TypeName>Test.$Name</TypeName></ViewSelectedBy>
  <TableControl>
    <TableHeaders><TableColumnHeader><Label>Own$Name</Label></TableColumnHeader></TableHeaders>
    <TableRowEntries><TableRowEntry><TableColumnItems><TableColumnItem><PropertyName>B</PropertyName></TableColumnItem></TableColumnItems></TableRowEntry></TableRowEntries>
  </TableControl>
</View></ViewDefinitions></Configuration>
"@
        $folder
    }
}

AfterAll { Assert-NoWorker }

Describe 'Views in an item' {
    It '<_> is shown as in any other runspace' -ForEach @(
        'Get-Item / | Out-String -Width 120'
        'Get-ChildItem / | Format-Table | Out-String -Width 120'
        'Get-Process -Id $PID | Format-List Id, ProcessName, PriorityClass | Out-String -Width 120'
        'Get-Process -Id $PID | Format-Table | Out-String -Width 120 | ForEach-Object { ($_ -split "\n" -ne "")[0..1] }'
        'Get-Command Get-Date | Out-String -Width 120'
        'Get-Date 2024-05-06 | Format-List | Out-String -Width 120'
        'Get-Alias dir | Out-String -Width 120'
        'Get-Help Get-Item | Out-String -Width 120'
        '[version]"1.2.3" | Out-String -Width 120'
        '$Error.Clear(); try { 1 / 0 } catch { $_.Exception | Format-List -Property Message | Out-String -Width 120 }'
        '(Get-FormatData).Count'
        '(Get-FormatData).TypeNames -join " "'
        '[runspace]::DefaultRunspace.InitialSessionState.Formats.FileName -join " "'
        '(Get-TypeData).TypeName | Sort-Object'
    ) {
        $expected = Invoke-Ordinary $_
        $expected | Should -Not -BeNullOrEmpty -Because 'there is nothing to compare otherwise'
        Invoke-InItem $_ | Should -Be $expected
    }

    It 'are loaded once for all workers' {
        $databases = 1..8 | Invoke-ConcurrentBatch -UseNewRunspace -ThrottleLimit 2 {
            $hidden = [System.Reflection.BindingFlags]'Instance, NonPublic'
            $context = [runspace].GetProperty('ExecutionContext', $hidden).GetValue([runspace]::DefaultRunspace)
            $manager = $context.GetType().GetProperty('FormatDBManager', $hidden).GetValue($context)
            [System.Runtime.CompilerServices.RuntimeHelpers]::GetHashCode($manager.GetType().GetProperty('Database', $hidden).GetValue($manager))
        }
        $databases.Count | Should -Be 8
        @($databases | Select-Object -Unique).Count | Should -Be 1
    }

    It 'are the same for workers that use them at the same time' {
        $block = { Get-Item / | Out-String -Width 120; Get-Alias dir | Out-String -Width 120; Get-Date 2024-05-06 | Format-List | Out-String -Width 120 }
        $expected = Invoke-Ordinary $block
        $all = @(1..64 | Invoke-ConcurrentBatch $block -ThrottleLimit 8)
        $all.Count | Should -Be (64 * $expected.Count)
        @($all | Select-Object -Unique).Count | Should -Be @($expected | Select-Object -Unique).Count
        $all[0..2] | Should -Be $expected
    }

    It 'include those of a module given with -Module, beside PowerShell''s own' {
        $folder = New-ViewModule ViewGiven
        $shown = 1 | Invoke-ConcurrentBatch { Get-ViewGiven | Out-String; Get-Item / | Out-String -Width 120 } -Module $folder
        $shown[0] | Should -Match 'OwnViewGiven'
        $shown[1] | Should -Be (Invoke-Ordinary 'Get-Item / | Out-String -Width 120')
    }

    It 'include those of a module that an item imports, in its worker only' {
        $folder = New-ViewModule ViewImported
        1 | Invoke-ConcurrentBatch { Import-Module $using:folder; Get-ViewImported | Out-String } | Should -Match 'OwnViewImported'
        1 | Invoke-ConcurrentBatch { Get-FormatData -TypeName Test.ViewImported } | Should -BeNullOrEmpty
    }

    It 'include those of a module that is loaded by its command''s name' {
        $path = $env:PSModulePath
        $env:PSModulePath = [System.IO.Path]::GetDirectoryName((New-ViewModule ViewAuto)) + [System.IO.Path]::PathSeparator + $path
        try { 1 | Invoke-ConcurrentBatch { Get-ViewAuto | Out-String } | Should -Match 'OwnViewAuto' }
        finally { $env:PSModulePath = $path }
    }

    It 'are those before again when the module is removed' {
        $folder = New-ViewModule ViewRemoved
        $shown = 1 | Invoke-ConcurrentBatch {
            Import-Module $using:folder
            Remove-Module ViewRemoved
            (Get-FormatData).TypeNames -join ' '
        }
        $shown | Should -Be (Invoke-Ordinary '(Get-FormatData).TypeNames -join " "')
    }

    It 'take what Update-FormatData adds' {
        $file = (New-ViewModule ViewAdded) + '/ViewAdded.format.ps1xml'
        1 | Invoke-ConcurrentBatch {
            Update-FormatData -PrependPath $using:file
            [pscustomobject]@{ PSTypeName = 'Test.ViewAdded'; A = 1; B = 2 } | Out-String
        } | Should -Match 'OwnViewAdded'
    }

    It 'a type that an item extends is extended in its worker only' {
        1 | Invoke-ConcurrentBatch { Update-TypeData -TypeName System.Version -MemberType NoteProperty -MemberName BatchOpsTest -Value 1 -Force; ([version]'1.2').BatchOpsTest } | Should -Be 1
        1 | Invoke-ConcurrentBatch { $null -eq ([version]'1.2').BatchOpsTest } | Should -BeTrue
    }
}

Describe 'Drives and paths in an item' {
    It '<_> gives what it gives in any other runspace' -ForEach @(
        'Get-PSDrive | ForEach-Object { $_ | Select-Object Name, Root, Description, CurrentLocation, DisplayRoot, VolumeSeparatedByColon, { $_.Provider.ToString() }, { $_.GetType().GetProperty("IsAutoMounted", [System.Reflection.BindingFlags]"Instance, NonPublic").GetValue($_) } | ConvertTo-Json -Compress }'
        'Get-PSProvider | Sort-Object Name | ForEach-Object { $_ | Select-Object Name, Capabilities, Home, Description, HelpFile, ModuleName, VolumeSeparatedByColon, ItemSeparator, { $_.ImplementingType.FullName }, { $_.GetType().FullName }, { $_.ToString() }, { -join $_.Drives.Name } | ConvertTo-Json -Compress }'
        '(Get-PSProvider FileSystem).Drives.Name'
        '(Get-Location).Path; (Get-Location).Drive.Name; (Get-Location).Provider.Name'
        'Set-Location ~; (Get-Location).Path; $HOME'
        'Set-Location ~; (Resolve-Path .).Path; Set-Location ..; (Get-Location).Path'
        'Set-Location Temp:; (Get-Location).Path; Test-Path .'
        'Set-Location /; (Get-Location).Path; (Get-ChildItem).Name'
        '(Get-Item ([System.IO.Path]::GetTempPath())).PSPath; (Get-Item ([System.IO.Path]::GetTempPath())).PSDrive.Name'
        '(Get-Item Temp:).FullName; Test-Path Temp:/nowhere'
        'Split-Path -Qualifier Temp:/a; Split-Path -NoQualifier Temp:/a; Join-Path / a; Convert-Path Temp:'
        'Set-Location Env:; (Get-Location).Path; Test-Path PATH'
        'Set-Location FileSystem::/; (Get-Location).Path'
        '$null = New-PSDrive Mine FileSystem ([System.IO.Path]::GetTempPath()); Set-Location Mine:; (Get-Location).Path; Convert-Path .; Set-Location /; Remove-PSDrive Mine; Test-Path Mine:'
        'try { Set-Location Nowhere: -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }'
        'try { Get-Content /nowhere -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }'
    ) {
        $expected = Invoke-Ordinary $_
        $expected | Should -Not -BeNullOrEmpty -Because 'there is nothing to compare otherwise'
        Invoke-InItem $_ | Should -Be $expected
    }

    It 'files are written, read and removed' {
        $folder = "$TestDrive"
        $read = 1..4 | Invoke-ConcurrentBatch -ThrottleLimit 2 {
            Set-Location -LiteralPath $using:folder
            Set-Content "f$_.txt" "text $_"
            Copy-Item "f$_.txt" "g$_.txt"
            Get-Content "./g$_.txt"
            Remove-Item "f$_.txt", "g$_.txt"
        }
        $read | Sort-Object | Should -Be 'text 1', 'text 2', 'text 3', 'text 4'
        Get-ChildItem $TestDrive -File -Filter '?1.txt' | Should -BeNullOrEmpty
    }

    It 'a drive that the calling session has removed is there' -Skip:$IsWindows {
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
        try {
            $module = (Get-Module BatchOps).Path -replace 'module/BatchOps.psm1$', 'BatchOps.psd1'
            $drives = $shell.AddScript("Import-Module '$module'; Remove-PSDrive Temp; 1 | Invoke-ConcurrentBatch { (Get-PSDrive Temp).Root }").Invoke()
            $shell.Streams.Error | Should -BeNullOrEmpty
            $drives | Should -Be ([System.IO.Path]::GetTempPath())
        }
        finally { $shell.Dispose() }
    }
}
