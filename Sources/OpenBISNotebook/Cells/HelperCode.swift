/// The Python code that other cells call.
///
/// It is the same in every notebook, so nothing foreign is in it.
enum HelperCode {
    /// Errors in plain sentences, without the session token, which PyBIS prints and puts into its errors.
    static let connection = #"""
        from contextlib import contextmanager, redirect_stdout
        from getpass import getpass
        from io import StringIO
        from pathlib import Path
        from urllib.parse import quote

        from IPython.display import display
        from pybis import Openbis

        o = None


        class Problem(Exception):
            """Something that is told in plain words, without a traceback."""

            def _render_traceback_(self):
                return [str(self)]


        def tokens():
            """Your session token, as it is and as it is in addresses; whoever knows it can act as you."""
            token = o.token if o is not None else None
            return {token, quote(token, safe="")} if token else set()


        def trouble():
            """What is wrong with the session, in words; nothing if all is well."""
            try:
                with redirect_stdout(StringIO()):
                    is_active = o is not None and o.is_session_active()
            except Exception as error:
                return f"openBIS doesn't answer ({type(error).__name__}). Try again later."
            return "" if is_active else f"Your openBIS session is over. {how_to_renew}"


        def check_session():
            """Stops the notebook if openBIS doesn't answer or your session is over."""
            if words := trouble():
                raise Problem(words)


        @contextmanager
        def asking_openbis(what, remedy="Look at that, then run this cell again."):
            """Around calls of PyBIS, which prints its requests with your session token in them when something goes wrong."""
            try:
                with redirect_stdout(StringIO()):
                    yield
            except Problem:
                raise
            except Exception as error:
                words = str(error) or type(error).__name__
                for token in tokens():
                    words = words.replace(token, "…")
                reason = o is not None and trouble() or f"Something went wrong ({what}): {words}"
                raise Problem(f"{reason}\n{remedy}") from None
        """#

    /// Downloads in parts, into a folder beside, so that a file in its place is whole.
    static let downloads = #"""
        import shutil
        import zlib
        from concurrent.futures import ThreadPoolExecutor, wait
        from math import isnan

        import requests
        from IPython.display import update_display

        # A part is what is asked for at once, and so the step of the progress.
        FILES_OF_PART = 100
        BYTES_OF_PART = 100_000_000
        # PyBIS stumbles over names with these.
        ODD = set(",?#%")


        def megabytes(size):
            """A number of bytes, for people."""
            return f"{size / 1e6:,.1f} MB"


        def checksum_of(told):
            """The CRC-32 of a file as openBIS told it: a number, digits, or nothing."""
            number = int(told, 16) if isinstance(told, str) else 0 if told is None or isnan(told) else int(told)
            return number % 2**32 or None


        def is_whole(path, size, checksum):
            """Whether a file is the one that openBIS has."""
            if path.stat().st_size != size:
                return False
            found = 0
            if checksum is not None:
                with path.open("rb") as file:
                    while chunk := file.read(1 << 20):
                        found = zlib.crc32(chunk, found)
            return checksum is None or found == checksum


        def parts_of(paths, sizes):
            """Parts that aren't too large, but for a large file alone."""
            part, size = [], 0
            for path in paths:
                if part and (len(part) == FILES_OF_PART or size + sizes[path] > BYTES_OF_PART):
                    yield part
                    part, size = [], 0
                part.append(path)
                size += sizes[path]
            if part:
                yield part


        def fetch(dataset, part, folder):
            """Some files, into a folder."""
            if usual := [path for path in part if not ODD & set(path)]:
                dataset.download(files=usual, destination=str(folder), wait_until_finished=True)
            for path in part:
                if ODD & set(path):
                    target = folder / dataset.permId / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    address = f"{dataset._get_download_url()}/datastore_server/{dataset.permId}/{quote(path)}"
                    asked = {"params": {"sessionID": o.token}, "stream": True, "timeout": 60}
                    with requests.get(address, verify=o.verify_certificates, **asked) as answer, target.open("wb") as file:
                        answer.raise_for_status()
                        for chunk in answer.iter_content(1 << 20):
                            file.write(chunk)


        def download(dataset, files):
            """The files of a dataset that aren't there yet; says how far it is."""
            name, rows = dataset.permId, [row for row in files.itertuples() if not row.isDirectory]
            sizes = {row.pathInDataSet: int(row.fileSize) for row in rows}
            checksums = {row.pathInDataSet: checksum_of(row.crc32Checksum) for row in rows}
            folder, stage = Path(name), Path(f".download-{name}")
            if strange := [path for path in sizes if ".." in Path(path).parts or Path(path).is_absolute()]:
                raise Problem(f"{name} has a file that doesn't stay in its folder, so nothing was downloaded: {strange[0]}")
            missing = [path for path in sizes if not (folder / path).exists()]
            there = set(sizes) - set(missing)
            changed = sorted(path for path in there if not is_whole(folder / path, sizes[path], checksums[path]))
            total, done, free = sum(sizes[path] for path in missing), 0, shutil.disk_usage(".").free
            if total > free:
                raise Problem(
                    f"{name} needs {megabytes(total)}, and there are only {megabytes(free)} free here."
                    " Make room or choose fewer files, then run this cell again."
                )
            shown = display({"text/plain": f"{name}: …"}, raw=True, display_id=True)

            def tell(words):
                update_display({"text/plain": f"{name}: {words}"}, raw=True, display_id=shown.display_id)

            try:
                with asking_openbis(f"downloading {name}", "What is whole stays; run this cell again for the rest."):
                    for part in parts_of(missing, sizes):
                        staged = {path: stage / name / path for path in part}
                        with ThreadPoolExecutor(1) as worker:
                            job = worker.submit(fetch, dataset, part, stage)
                            while wait([job], timeout=1).not_done:
                                arrived = sum(file.stat().st_size for file in staged.values() if file.exists())
                                tell(f"{megabytes(done + arrived)} of {megabytes(total)}")
                            job.result()
                        for path, file in staged.items():
                            if not file.exists() or not is_whole(file, sizes[path], checksums[path]):
                                raise ValueError(f"{path} arrived damaged")
                            (folder / path).parent.mkdir(parents=True, exist_ok=True)
                            file.replace(folder / path)
                            done += sizes[path]
                        tell(f"{megabytes(done)} of {megabytes(total)}")
            finally:
                shutil.rmtree(stage, ignore_errors=True)
            words = f"{len(missing)} files ({megabytes(total)}) downloaded into the folder {name}"
            if there:
                words += f"; {len(there)} were there already"
            if changed:
                words += "; not as in openBIS, and left as they are: " + ", ".join(changed[:10])
                words += ", …" if len(changed) > 10 else ""
            tell(words)
        """#

    /// The notebook's page, and the registration of both.
    static let saving = #"""
        import time
        from html import escape

        from IPython.display import HTML
        from nbconvert import HTMLExporter


        def must_exist(name):
            """Stops the notebook if a file isn't there."""
            if not Path(name).is_file():
                raise Problem(
                    f"There is no file {name} in this folder. Was the notebook renamed, or not saved yet?"
                    " Write its name into the cell with fileName and save it; run that cell, and then this one again."
                )


        def save_page(name):
            """The notebook as a page that every browser shows, beside it."""
            must_exist(name)
            page, _ = HTMLExporter(embed_images=True).from_filename(name)
            Path(f"{name}.html").write_text(page, encoding="utf-8")
            saved = time.strftime("%H:%M:%S", time.localtime(Path(name).stat().st_mtime))
            print(f"{name}.html shows the notebook as it was saved at {saved}.")


        def save_result(kind, properties, **owner):
            """Registers the notebook and its page as a dataset, and links to it."""
            if resultDatasetName in properties.values() and resultDatasetName.strip() in ("", unnamed):
                print(
                    "Nothing was saved in openBIS yet, because the result has no name."
                    " Write one into the cell with resultDatasetName, run that cell and save the notebook;"
                    " then run the cells from “Save the result in openBIS” on again."
                )
                return
            files = [fileName, f"{fileName}.html"]
            for name in files:
                must_exist(name)
                if any(token.encode() in Path(name).read_bytes() for token in tokens()):
                    raise Problem(
                        f"Your openBIS session token is in {name}, and whoever reads it could act as you."
                        " Remove it from the notebook, save that, and run the cells from here on again."
                    )
            check_session()
            remedy = (
                "openBIS registers a dataset as a whole or not at all, so nothing half-finished is there. Run this cell again;"
                " if the connection broke, look first whether the dataset is there."
            )
            with asking_openbis("saving the result", remedy):
                result = o.new_dataset(type=kind, files=files, parents=resultDatasetParents, **owner)
                known = {name.lower(): name for name in result.props.all()}
                for name, value in properties.items():
                    if value and name.lower() in known:
                        result.props[known[name.lower()]] = value
                result.save()
            if left := [name for name, value in properties.items() if value and name.lower() not in known]:
                print(f"{kind} has no {', '.join(left)}, so that wasn't saved.")
            words = f"Saved as dataset {escape(result.permId)}"
            if page_prefix:
                address = escape(page_prefix + quote(result.permId, safe=""))
                words = f'{words}: <a href="{address}" target="_blank" rel="noopener">open it in openBIS</a>'
            display(HTML(words))
        """#
}
