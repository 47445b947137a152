"""Registry of export formats."""

from __future__ import annotations

from datasets.formats import (
    coco,
    folder,
    huggingface,
    labelstudio,
    layered,
    matting,
    paintbucket,
    png,
    voc,
    webdataset,
)
from datasets.formats.base import ExportFormat, NoParams
from datasets.formats.shards import ShardParams
from modeling.registry import Registry

FORMATS: Registry[ExportFormat] = Registry("format")
"""Formats by name, in the order in which pages list them."""


for _format in (
    ExportFormat(
        "snapshot",
        "Sakkan's own folder: frames, label maps, frames.jsonl",
        NoParams,
        folder.folder,
        loader=folder.LOADER,
        needs=("numpy", "pillow"),
    ),
    ExportFormat(
        "coco",
        "COCO instances with RLE masks, a file a split",
        NoParams,
        coco.coco,
        loader=coco.LOADER,
        needs=("pycocotools",),
    ),
    ExportFormat(
        "png",
        "Frames and label maps as PNG: class indices or palette entries, with a palette file",
        png.PngParams,
        png.png,
        loader=png.LOADER,
        needs=("numpy", "pillow"),
    ),
    ExportFormat(
        "voc",
        "Pascal VOC 2012: class maps in VOC's colours, lists, labelmap.txt",
        voc.VocParams,
        voc.voc,
        loader=voc.LOADER,
        needs=("numpy", "torchvision"),
    ),
    ExportFormat(
        "matting",
        "Folders for matting trainers: frame, mask, cut-out cel, background, trimap",
        NoParams,
        matting.matting,
        loader=matting.LOADER,
        needs=("numpy", "pillow"),
        kinds=("cel",),
    ),
    ExportFormat(
        "huggingface",
        "Hugging Face: Parquet files with the pictures in them, which load_dataset opens",
        ShardParams,
        huggingface.huggingface,
        loader=huggingface.LOADER,
        needs=("datasets", "numpy", "pillow"),
        front=huggingface.front,
    ),
    ExportFormat(
        "webdataset",
        "WebDataset: tar files that are read from front to back",
        ShardParams,
        webdataset.webdataset,
        loader=webdataset.LOADER,
        needs=("webdataset", "numpy", "pillow"),
    ),
    ExportFormat(
        "labelstudio",
        "Label Studio: tasks with brush masks of the classes, and the labelling interface",
        labelstudio.LabelStudioParams,
        labelstudio.labelstudio,
        loader=labelstudio.LOADER,
        needs=("label-studio-sdk",),
        keeps=False,
    ),
    ExportFormat(
        "paintbucket",
        "Lines and numbered segments for paint-bucket trainers, as PaintBucket-Character",
        NoParams,
        paintbucket.paintbucket,
        loader=paintbucket.LOADER,
        needs=("numpy", "pillow"),
        keeps=False,
        kinds=("douga",),
    ),
    ExportFormat(
        "layered",
        "A layered file a frame, OpenRaster or PSD: frame, cut-out cel, paint, ink",
        layered.LayeredParams,
        layered.layered,
        loader=layered.LOADER,
        needs=("numpy", "pillow"),
        kinds=("cel", "douga"),
    ),
):
    FORMATS.add(_format)
